/** Live candles of streams of trades, in the foreground. */
import process from 'node:process';
import { createLogger } from '../../core/telemetry/logger.ts';
import { candleProbes } from '../../streaming/candles/candle-probes.ts';
import type { CandleStatus } from '../../streaming/candles/candle-status.ts';
import { SourceCandles } from '../../streaming/candles/run-candles.ts';
import { serveProbes } from '../../streaming/telemetry/serve-probes.ts';
import type { Command, CommandContext, CommandResult } from '../framework/command.ts';
import { showLiveTable } from '../streaming/live-candle-table.ts';
import { openCandles } from '../streaming/open-candles.ts';

export const command: Command = {
  name: 'candles',
  summary: 'Make live candles of streams of trades, in the foreground',
  description:
    'Reads the topics of the streams whose entity is trades or prices as a consumer group of its own and makes candles of 1 s, 10 s and 1 min by event time. A window is told ' +
    'when the watermark has passed it (the newest event time less allowed_lateness), and again with a higher revision when a late trade corrects it: as rows under staging/ and ' +
    'as messages of <pubsub_topic>-candles. Output, state and position of a partition are one object under control/streams, so that nothing is lost or doubled whenever it is ' +
    'killed. Any number of processes share the partitions. SIGINT or SIGTERM commit what was read and end with 0. /metrics, /healthz and /readyz are served at metrics.host and ' +
    'metrics.port of the configuration. Exit status: 0 ended; 2 a source could not be read or committed.',
  arguments: [],
  options: [
    { flags: '--source <name>', description: 'this source only (default: every stream of trades or prices)', repeatable: true },
    {
      flags: '--until-idle <seconds>',
      description: 'end when nothing came for so many seconds; windows that still form are told as they are',
    },
    { flags: '--gap-bars', description: 'tell of windows without trades too, with the last close' },
    { flags: '--show', description: 'a table of the newest candles on stderr, every second' },
    { flags: '--without-metrics', description: 'serve no metrics and probes' },
  ],
  examples: [
    { line: 'markets candles --show', says: 'every stream of trades, until a signal' },
    { line: 'markets candles --source exchange_trades --until-idle 5', says: 'what is there, and no more' },
  ],
  run,
};

async function run(context: CommandContext): Promise<CommandResult> {
  const idleSeconds = context.input.integer('until-idle', 1) ?? null;
  const logger = createLogger({ level: context.settings.logLevel });
  const opened = await openCandles(context, logger);
  const sources = opened.sources.map((parts) => new SourceCandles(parts));
  const statuses = sources.map(({ status }) => status);
  const server = context.input.flag('without-metrics') ? null : await serveProbes(candleProbes(statuses), opened.probesAt, logger);
  const table = context.input.flag('show') ? showLiveTable(statuses, process.stderr) : null;
  // One source that fails ends all: whoever started the process starts it again.
  const failed = new AbortController();
  const signal = AbortSignal.any([context.signal, failed.signal]);
  try {
    const runs = sources.map(async (source) => {
      await source.run({ untilIdleMs: idleSeconds === null ? null : idleSeconds * 1000, signal }).catch((error: unknown) => {
        failed.abort();
        throw error;
      });
    });
    await Promise.allSettled(runs);
    await Promise.all(runs);
    return resultOf(statuses);
  } finally {
    table?.stop();
    await server?.close();
    await opened.close();
    await logger.close();
  }
}

function resultOf(statuses: readonly CandleStatus[]): CommandResult {
  return {
    exitCode: 0,
    data: {
      sources: statuses.map(({ source, messages, commits, closed, corrected, publishedCandles, counts }) => ({
        source,
        messages,
        commits,
        closed,
        corrected,
        published: publishedCandles,
        ...counts,
      })),
    },
    render: () =>
      statuses
        .map(
          ({ source, messages, closed, corrected, counts }) =>
            `${source}: ${messages} messages, ${counts.trades} trades, ${closed} windows closed, ${corrected} corrected, ${counts.too_late} late, ${counts.refused} refused`,
        )
        .join('\n'),
  };
}

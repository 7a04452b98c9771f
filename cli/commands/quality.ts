/** Live checks of market data, in the foreground. */
import { createLogger } from '../../core/telemetry/logger.ts';
import { qualityProbes } from '../../streaming/quality/quality-probes.ts';
import { SourceQuality, type QualityTotals } from '../../streaming/quality/source-quality.ts';
import { serveProbes } from '../../streaming/telemetry/serve-probes.ts';
import type { Command, CommandContext, CommandResult } from '../framework/command.ts';
import { openQuality } from '../streaming/open-quality.ts';

export const command: Command = {
  name: 'quality',
  summary: 'Check the market data of streams as it comes: silences, outliers, duplicates, crossed prices',
  description:
    'Reads the topics of the streams that have a block `quality` as a consumer group of its own and looks at each good message beside those before it. What is found is written ' +
    'as rows under staging/ and never keeps a message back; the warehouse shows it in control.streaming_quality, beside what it finds itself in the stored messages. Findings, ' +
    'state and position of a partition are one object under control/streams, so that nothing is told twice whenever it is killed. Any number of processes share the partitions. ' +
    'SIGINT or SIGTERM commit what was read and end with 0. /metrics, /healthz and /readyz are served at metrics.host and metrics.port of the configuration. ' +
    'Exit status: 0 ended; 2 a source could not be read or committed.',
  arguments: [],
  options: [
    { flags: '--source <name>', description: 'this source only (default: every stream with checks)', repeatable: true },
    { flags: '--until-idle <seconds>', description: 'end when nothing came for so many seconds' },
    { flags: '--without-metrics', description: 'serve no metrics and probes' },
  ],
  examples: [
    { line: 'markets quality', says: 'every stream with checks, until a signal' },
    { line: 'markets quality --source exchange_quotes --until-idle 5', says: 'what is there, and no more' },
  ],
  run,
};

async function run(context: CommandContext): Promise<CommandResult> {
  const idleSeconds = context.input.integer('until-idle', 1) ?? null;
  const logger = createLogger({ level: context.settings.logLevel });
  const opened = await openQuality(context, logger);
  const sources = opened.sources.map((parts) => new SourceQuality(parts));
  const server = context.input.flag('without-metrics') ? null : await serveProbes(qualityProbes(sources), opened.probesAt, logger);
  // One source that fails ends all: whoever started the process starts it again.
  const stop = new AbortController();
  const signal = AbortSignal.any([context.signal, stop.signal]);
  try {
    const totals = await Promise.all(
      sources.map(async (source) => {
        try {
          return await source.run({ signal, untilIdleMs: idleSeconds === null ? null : idleSeconds * 1000 });
        } catch (error) {
          stop.abort();
          throw error;
        }
      }),
    );
    return resultOf(sources.map(({ name }, index) => ({ source: name, ...totals[index] })) as readonly SourceTotals[]);
  } finally {
    await server?.close();
    await opened.close();
    await logger.close();
  }
}

type SourceTotals = QualityTotals & { readonly source: string };

function resultOf(sources: readonly SourceTotals[]): CommandResult {
  return {
    exitCode: 0,
    data: { sources },
    render: () =>
      sources
        .map(({ source, messages, refused, findings }) => {
          const found = Object.entries(findings).map(([check, count]) => `${String(count)} ${check}`);
          return `${source}: ${String(messages)} messages, ${String(refused)} refused; ${found.length === 0 ? 'nothing found' : found.join(', ')}`;
        })
        .join('\n'),
  };
}

/** Messages of the bus into the warehouse, in the foreground. */
import { isMarketsError } from '../../core/errors/markets-error.ts';
import { createLogger } from '../../core/telemetry/logger.ts';
import { runSink, type SinkResult, type SourceResult } from '../../streaming/sink/run-sink.ts';
import { serveProbes } from '../../streaming/telemetry/serve-probes.ts';
import type { Command, CommandContext, CommandResult } from '../framework/command.ts';
import { renderError, reportedError } from '../framework/errors.ts';
import { openSink } from '../streaming/open-sink.ts';

export const command: Command = {
  name: 'sink',
  summary: 'Write messages of the bus into the warehouse in micro-batches, in the foreground',
  description:
    'Takes the checked messages and the dead letters of streams from their subscriptions and writes them in batches of 30 seconds or 50,000 messages. ' +
    'A batch appears whole with its manifest, which is created once; every offset of Kafka is in one batch, however ' +
    'often it is delivered and whenever a sink is killed. Any number may run at once. SIGINT or SIGTERM commit what is open, or give it back, and end with 0. ' +
    '/metrics, /healthz and /readyz are served as by `bridge`. In production a BigQuery subscription does this work. Exit status: 0 ended; 2 a source failed for good.',
  arguments: [],
  options: [
    { flags: '--source <name>', description: 'this stream only (default: all)', repeatable: true },
    { flags: '--until-idle <seconds>', description: 'end when nothing came for so many seconds and everything is written' },
    { flags: '--without-metrics', description: 'serve no metrics and probes' },
  ],
  examples: [
    { line: 'markets sink', says: 'every stream, until a signal' },
    { line: 'markets sink --source exchange_trades --until-idle 5', says: 'what is there, and no more' },
  ],
  run,
};

async function run(context: CommandContext): Promise<CommandResult> {
  const logger = createLogger({ level: context.settings.logLevel });
  const opened = await openSink(context, logger);
  const { metrics } = opened.options;
  const sink = runSink(opened.options);
  const probes = {
    metrics: async () => await metrics.text(),
    contentType: metrics.contentType,
    unhealthy: () => [],
    unready: () => sink.notReady(),
  };
  const server = context.input.flag('without-metrics') ? null : await serveProbes(probes, opened.probesAt, logger);
  try {
    return resultOf(await sink.ended);
  } finally {
    await server?.close();
    await opened.close();
    await logger.close();
  }
}

function resultOf({ sources }: SinkResult): CommandResult {
  const failed = sources.filter(({ error }) => error !== null);
  return {
    exitCode: failed.length > 0 ? 2 : 0,
    data: { sources: sources.map(({ source, batches, rows, error }) => ({ source, batches, rows, code: codeOf(error) })) },
    errors: failed.map(({ error }) => reportedError(error)),
    render: () => sources.map(renderSource).join('\n'),
  };
}

function renderSource({ source, batches, rows, error }: SourceResult): string {
  const counts = `${source}: ${rows} rows in ${batches} batches`;
  return error === null ? counts : `${counts}; ${renderError(reportedError(error))}`;
}

function codeOf(error: unknown): string | null {
  if (error === null) return null;
  return isMarketsError(error) ? error.code : 'INTERNAL';
}

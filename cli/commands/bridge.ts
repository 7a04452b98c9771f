/** Messages of the log, checked, onto the bus, in the foreground. */
import { createLogger } from '../../core/telemetry/logger.ts';
import { SYSTEM_TIME } from '../../core/time/system-time.ts';
import { bridgeProbes } from '../../streaming/bridge/bridge-probes.ts';
import { startBridge } from '../../streaming/bridge/run-bridge.ts';
import type { SourceStatus } from '../../streaming/bridge/source-status.ts';
import { serveProbes } from '../../streaming/telemetry/serve-probes.ts';
import type { Command, CommandContext, CommandResult } from '../framework/command.ts';
import { openBridge } from '../streaming/open-bridge.ts';

export const command: Command = {
  name: 'bridge',
  summary: 'Read streams from the log, check each message, publish it, in the foreground',
  description:
    "Reads the topics of the specs' streams, judges every message by its spec and publishes the checked record; what is refused goes to the dead-letter topic " +
    'with its bytes and reasons. An offset is committed when the bus has taken everything below it and a record under control/streams says so. Sources of files with ' +
    'a block `stream` have their messages written to landing/ instead. Any number of processes share the work. SIGINT or SIGTERM finish what is under way and end ' +
    'with 0. /metrics, /healthz and /readyz are served at streaming.metrics of the configuration. Exit status: 0 ended; 2 a source could not be read at all.',
  arguments: [],
  options: [
    { flags: '--source <name>', description: 'this source only (default: all with a stream)', repeatable: true },
    { flags: '--until-idle <seconds>', description: 'end when nothing came for so many seconds and nothing is under way' },
    { flags: '--without-metrics', description: 'serve no metrics and probes' },
  ],
  examples: [
    { line: 'markets bridge', says: 'every stream, until a signal' },
    { line: 'markets bridge --source exchange_trades --until-idle 5', says: 'what is there, and no more' },
  ],
  run,
};

async function run(context: CommandContext): Promise<CommandResult> {
  const untilIdleSeconds = context.input.integer('until-idle', 1) ?? null;
  const logger = createLogger({ level: context.settings.logLevel });
  const opened = await openBridge(context, logger);
  const bridge = startBridge(opened.parts, { specs: opened.specs, signal: context.signal, untilIdleSeconds });
  const probes = bridgeProbes(bridge.statuses, SYSTEM_TIME);
  const server = context.input.flag('without-metrics') ? null : await serveProbes(probes, opened.probesAt, logger);
  try {
    await bridge.ended;
    return resultOf(bridge.statuses);
  } finally {
    await server?.close();
    await opened.close();
    await logger.close();
  }
}

function resultOf(statuses: readonly SourceStatus[]): CommandResult {
  const failed = statuses.filter(({ state }) => state === 'failed');
  return {
    exitCode: failed.length > 0 ? 2 : 0,
    data: {
      sources: statuses.map(({ source, read, published, deadLetters, skipped, records, failure }) => ({
        source,
        read,
        published,
        dead_letters: deadLetters,
        skipped,
        records,
        code: failure,
      })),
    },
    render: () => statuses.map(renderStatus).join('\n'),
  };
}

function renderStatus({ source, read, published, deadLetters, skipped, failure }: SourceStatus): string {
  const counts = `${source}: ${read} read, ${published} published, ${deadLetters} dead letters, ${skipped} skipped`;
  return failure === null ? counts : `${counts}; ${failure}`;
}

/** Cycles on the hour, in the foreground. */
import { setTimeout as wait } from 'node:timers/promises';
import { isMarketsError } from '../../core/errors/markets-error.ts';
import { createLogger } from '../../core/telemetry/logger.ts';
import { runHourly } from '../../orchestrator/schedule/run-hourly.ts';
import type { Command, CommandContext, CommandResult } from '../framework/command.ts';
import { openLane } from '../lane/open-lane.ts';
import { serveMetrics } from '../lane/serve-metrics.ts';

export const command: Command = {
  name: 'schedule',
  summary: 'Run a cycle every hour in the foreground',
  description:
    'Runs `markets run` on every full hour until SIGINT or SIGTERM, which finish the step at hand and end with 0; what is left is done by the next ' +
    'run. The same lease as `run` keeps it from overlapping with any other run. /metrics and /healthz are served at metrics.host and metrics.port of the configuration.',
  arguments: [],
  options: [
    { flags: '--at-once', description: 'a first cycle now, before the first full hour' },
    { flags: '--skip-dbt', description: 'leave the warehouse and the extract out' },
    { flags: '--without-metrics', description: 'serve no metrics' },
  ],
  examples: [{ line: 'markets schedule --at-once', says: 'a cycle now, then one every hour' }],
  run,
};

async function run(context: CommandContext): Promise<CommandResult> {
  const skipDbt = context.input.flag('skip-dbt');
  const logger = createLogger({ level: context.settings.logLevel });
  const opened = await openLane(context);
  const server = context.input.flag('without-metrics') ? null : await serveMetrics(opened.lane, opened.config.metrics, logger);
  try {
    const cycles = await runHourly({
      cycle: async () => {
        const result = await opened.lane.runCycle({ skipDbt });
        logger.log('info', 'cycle_finished', { run_id: result.run_id, status: result.status, files: result.files.length });
      },
      failed: (error) =>
        logger.log('error', 'cycle_failed', { code: isMarketsError(error) ? error.code : 'INTERNAL', message: String(error) }),
      nowMs: Date.now,
      wait: async (milliseconds) => await waitUntil(milliseconds, context.signal),
      signal: context.signal,
      atOnce: context.input.flag('at-once'),
    });
    return { exitCode: 0, data: { cycles }, render: () => `${cycles} cycles` };
  } finally {
    server?.close();
    await opened.close();
    await logger.close();
  }
}

async function waitUntil(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await wait(milliseconds, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

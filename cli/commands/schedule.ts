/** Cycles on the hour, in the foreground. */
import { setTimeout as wait } from 'node:timers/promises';
import { isMarketsError } from '../../core/errors/markets-error.ts';
import { createLogger, type Logger } from '../../core/telemetry/logger.ts';
import { onceADay } from '../../orchestrator/schedule/once-a-day.ts';
import { runHourly } from '../../orchestrator/schedule/run-hourly.ts';
import type { Command, CommandContext, CommandResult } from '../framework/command.ts';
import { openLane, type OpenLane } from '../lane/open-lane.ts';
import { runRetention } from '../lane/run-retention.ts';
import { serveMetrics } from '../lane/serve-metrics.ts';

export const command: Command = {
  name: 'schedule',
  summary: 'Run a cycle every hour in the foreground',
  description:
    'Runs `markets run` on every full hour until SIGINT or SIGTERM, which finish the step at hand and end with 0; what is left is done by the next ' +
    'run. Once a day it removes what is kept no longer (`markets retention`). The same lease as `run` keeps it from overlapping with any other run. /metrics and /healthz are served at metrics.host and metrics.port of the configuration.',
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
  const retention = dailyRetention(context, opened, logger);
  const server = context.input.flag('without-metrics') ? null : await serveMetrics(opened.lane, opened.config.metrics, logger);
  try {
    const cycles = await runHourly({
      cycle: async () => {
        const result = await opened.lane.runCycle({ skipDbt });
        logger.log('info', 'cycle_finished', { run_id: result.run_id, status: result.status, files: result.files.length });
        // After the cycle: what a cycle has not looked at yet is not old, whatever its time says.
        await retention();
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

/** Costs no cycle when it fails: said, and tried again an hour later. */
function dailyRetention({ settings, signal, now }: CommandContext, { store, config }: OpenLane, logger: Logger): () => Promise<void> {
  const daily = onceADay(async () => {
    const outcome = await runRetention({ root: settings.root, store, config, apply: true, now, signal });
    if (outcome === null) return;
    const objects = outcome.folders.reduce((sum, folder) => sum + folder.objects, 0);
    logger.log('info', 'retention_finished', { run_id: outcome.run_id, objects, unfinished: outcome.unfinished.files, more: outcome.more });
  }, Date.now);
  return async () => {
    try {
      await daily();
    } catch (error) {
      logger.log('error', 'retention_failed', { code: isMarketsError(error) ? error.code : 'INTERNAL', message: String(error) });
    }
  };
}

async function waitUntil(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await wait(milliseconds, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

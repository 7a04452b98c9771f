/** Cycles as files arrive in buckets, in the foreground. */
import { setTimeout as wait } from 'node:timers/promises';
import { isMarketsError, MarketsError } from '../../core/errors/markets-error.ts';
import { createLogger, type Logger } from '../../core/telemetry/logger.ts';
import { watchLanding } from '../../orchestrator/watch/watch-landing.ts';
import type { Command, CommandContext, CommandResult } from '../framework/command.ts';
import { openLane, type OpenLane } from '../lane/open-lane.ts';
import { openNotifications } from '../lane/open-notifications.ts';
import { serveMetrics } from '../lane/serve-metrics.ts';
import { isBucketRoot } from '../lane/work-folder.ts';

export const command: Command = {
  name: 'watch',
  summary: 'Validate files as they arrive in buckets, in the foreground',
  description:
    'Listens to the notifications of the landing bucket (notifications.subscription of the configuration) and runs a cycle when some came: what lies ' +
    'in landing/ goes through the gate, is validated, published and archived. The warehouse and the extract are left to the hourly run, which also ' +
    'takes what no notification told of. A notification is acknowledged when what became of its file is recorded; while another run holds the lease it ' +
    'waits. SIGINT or SIGTERM finish the files at hand, give back the rest and end with 0. /metrics and /healthz are served as by `schedule`.',
  arguments: [],
  options: [{ flags: '--without-metrics', description: 'serve no metrics' }],
  examples: [{ line: 'markets --root gs://markets-int --env int watch', says: 'each file within seconds of its arrival' }],
  run,
};

async function run(context: CommandContext): Promise<CommandResult> {
  if (!isBucketRoot(context.settings.root)) {
    throw new MarketsError('CONFIG_INVALID', 'Only a root in buckets tells of new files.', {
      expected: '--root gs://NAME',
      found: context.settings.root,
      next: 'Use `markets schedule` for a folder.',
    });
  }
  const logger = createLogger({ level: context.settings.logLevel });
  const opened = await openLane(context);
  const server = context.input.flag('without-metrics') ? null : await serveMetrics(opened.lane, opened.config.metrics, logger);
  try {
    const watched = await watch(context, opened, logger);
    return {
      exitCode: 0,
      data: watched,
      render: () => `${watched.cycles} cycles, ${watched.acknowledged} notifications done, ${watched.given_back} given back`,
    };
  } finally {
    server?.close();
    await opened.close();
    await logger.close();
  }
}

async function watch(context: CommandContext, { lane, config, store }: OpenLane, logger: Logger): ReturnType<typeof watchLanding> {
  const notifications = await openNotifications(context.settings.root, config, logger);
  try {
    logger.log('info', 'watch_began', { subscription: config.notifications.subscription });
    return await watchLanding({
      notifications,
      cycle: async () => await lane.runCycle({ skipDbt: true }),
      generationOf: async (name) => (await store.stat(name))?.generation,
      finished: ({ run_id, status, files }) => logger.log('info', 'cycle_finished', { run_id, status, files: files.length }),
      failed: (error) =>
        logger.log('error', 'cycle_failed', { code: isMarketsError(error) ? error.code : 'INTERNAL', message: String(error) }),
      wait: async (milliseconds) => await waitUntil(milliseconds, context.signal),
      signal: context.signal,
    });
  } finally {
    await notifications.close();
  }
}

async function waitUntil(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await wait(milliseconds, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

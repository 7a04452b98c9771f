/** The service of reports, in the foreground. */
import type { MarketsError } from '../../core/errors/markets-error.ts';
import { createLogger } from '../../core/telemetry/logger.ts';
import type { Command, CommandContext, CommandResult } from '../framework/command.ts';
import { logLedgerFailure } from './log-troubles.ts';
import { openService } from './open-service.ts';

export const serve: Command = {
  name: 'serve',
  summary: 'Take events of trades and report them, in the foreground',
  description:
    'Takes events by POST /push (Pub/Sub), POST /events, from subscriptions and from topics of the log, as reporter.intake of the configuration says; an answer ' +
    'of success waits until the event is durable in the ledger. Every regime that is on then owes its report: enriched, validated, submitted, followed up. ' +
    '/healthz, /readyz and /metrics are served beside. Any number of processes share the work. SIGINT or SIGTERM: nothing new is taken, what is under way ends ' +
    'within reporter.pipeline.drain_seconds, the rest is taken on by another process. Exit status: 0 ended; 2 the ledger could not be written.',
  arguments: [],
  options: [],
  examples: [
    { line: 'markets reporter serve', says: 'on this machine, with `markets simulate regulator` as the regulator' },
    { line: 'markets --env prod --root gs://markets-prod reporter serve', says: 'in production' },
  ],
  run,
};

async function run(context: CommandContext): Promise<CommandResult> {
  const logger = createLogger({ level: context.settings.logLevel });
  const ending = Promise.withResolvers<MarketsError | null>();
  const opened = await openService(context, logger, (error) => {
    logLedgerFailure(logger, error);
    ending.resolve(error);
  });
  const { port, instance, sources, regimes } = opened;
  logger.log('info', 'reporter_listening', { port, instance, sources: sources.join(','), regimes: regimes.join(',') });
  const stop = (): void => ending.resolve(null);
  if (context.signal.aborted) stop();
  context.signal.addEventListener('abort', stop, { once: true });
  const failure = await ending.promise;
  const { receiver } = opened.service;
  try {
    await opened.close();
  } finally {
    await logger.close();
  }
  if (failure !== null) throw failure;
  const received = [...receiver.counts.values()].reduce((sum, count) => sum + count, 0);
  return { exitCode: 0, data: { instance, received }, render: () => `${instance}: ${String(received)} events received` };
}

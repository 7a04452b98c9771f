/**
 * The entry of a validation process: takes one job after another from its parent, writes the files of each into its
 * output folder and answers with the report. It is started under the permission model (confinement.ts) and holds no state
 * between two jobs.
 */
import { flushCompileCache } from 'node:module';
import { isMarketsError } from '../../errors/markets-error.ts';
import { startWorkers } from '../ranges/worker-runner.ts';
import type { ChildMessage, ValidateMessage } from './messages.ts';

// For a large file. Later they would find no compile cache and take three times as long; now they load beside this thread.
const workers = startWorkers(Number(process.argv[2]));
const { validateJob } = await import('./validate-job.ts');

function send(message: ChildMessage): void {
  process.send?.(message);
}

async function validate(message: ValidateMessage): Promise<void> {
  send({ kind: 'done', report: await validateJob(message) });
}

function failure(error: unknown): ChildMessage {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  return { kind: 'error', code: isMarketsError(error) ? error.code : null, message, stack: stack ?? '' };
}

// A terminal's Ctrl-C goes to every process of the program. Whether what was begun is finished is the parent's decision: a process
// that dies of it would look like one that its file has crashed.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

process.on('message', (message: ValidateMessage) => {
  validate(message).catch((error: unknown) => {
    send(failure(error));
  });
});
await workers;
// The parent keeps what was compiled up to here, before any file was seen.
flushCompileCache();
send({ kind: 'ready' });

/** The command line `markets`: reads the words, runs one command, sets the exit status and lets the streams drain. */
import { COMMANDS } from './commands/index.ts';
import { runCommandLine } from './framework/command-line.ts';

/** 128 + SIGINT, what a shell expects of a program that was interrupted twice. */
const INTERRUPTED = 130;

const abort = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    // The second signal means: at once. Nothing is lost by it, since every step may be repeated.
    if (abort.signal.aborted) process.exit(INTERRUPTED);
    abort.abort(new Error(signal));
  });
}

// A reader that goes away (`markets status | head`) is no error of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

function write(stream: NodeJS.WriteStream, text: string): Promise<void> {
  return new Promise((resolve) => stream.write(text, () => resolve()));
}

process.exitCode = await runCommandLine(
  process.argv.slice(2),
  COMMANDS,
  { stdout: (text) => write(process.stdout, text), stderr: (text) => write(process.stderr, text) },
  abort.signal,
);

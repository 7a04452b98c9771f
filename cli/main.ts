/** The command line `markets`: reads the words, runs one command, sets the exit status and lets the streams drain. */
import { COMMANDS } from './commands/index.ts';
import { runCommandLine } from './framework/command-line.ts';

const abort = new AbortController();
// The first signal lets the command end in its own way; the second ends the process as if nothing had been in between,
// which loses nothing, since every step may be repeated.
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => abort.abort(new Error(signal)));
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

/** A program of a test in a process of its own, which says on its output how far it is: a line of JSON each time that it looks. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));

export interface WatchedProcess<Line> {
  /** The last thing that it said. */
  readonly line: Line;
  /** Resolves with the first line from now on that is as wanted; throws where the process ends before. */
  until(isWanted: (line: Line) => boolean): Promise<Line>;
  /** Asks it to end; throws where it does not end well. */
  stop(): Promise<void>;
  /** Until it ends by itself; throws where it does not end well. */
  ended(): Promise<void>;
  /** SIGKILL; resolves when it is gone. Safe to repeat. */
  kill(): Promise<void>;
}

export interface WatchOptions<Line> {
  /** Beside this file. */
  readonly program: string;
  /** Its one argument, as JSON. */
  readonly given: object;
  /** A file that takes what it writes on its error output. */
  readonly errors: number;
  /** What counts as its last line before its first. */
  readonly first: Line;
}

export function watchProcess<Line>({ program, given, errors, first }: WatchOptions<Line>): WatchedProcess<Line> {
  const child = spawn(process.execPath, [join(FOLDER, program), JSON.stringify(given)], {
    stdio: ['ignore', 'pipe', errors],
    // There is no such server here; it would be looked for for a second.
    env: { ...process.env, METADATA_SERVER_DETECTION: 'none' },
  });
  const listeners = new Set<(line: Line | null) => void>();
  const tell = (line: Line | null): void => {
    for (const listener of [...listeners]) listener(line);
  };
  let line = first;
  if (child.stdout !== null) {
    createInterface({ input: child.stdout }).on('line', (text) => {
      line = JSON.parse(text) as Line;
      tell(line);
    });
  }
  const end = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  void end.then(() => tell(null));
  const ended = async (): Promise<void> => {
    const [code, signal] = await end;
    if (code !== 0) throw new Error(`expected ${program} to end with 0, found ${String(code ?? signal)}`);
  };
  return {
    get line() {
      return line;
    },
    until: async (isWanted) =>
      await new Promise((resolve, reject) => {
        const look = (said: Line | null): void => {
          if (said !== null && !isWanted(said)) return;
          listeners.delete(look);
          if (said === null) reject(new Error(`expected ${program} to go on, found its end: ${endOf(child)}`));
          else resolve(said);
        };
        listeners.add(look);
        if (hasEnded(child)) look(null);
      }),
    async stop() {
      child.kill('SIGTERM');
      await ended();
    },
    ended,
    async kill() {
      if (!hasEnded(child)) child.kill('SIGKILL');
      await end;
    },
  };
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

function endOf({ exitCode, signalCode }: ChildProcess): string {
  return String(exitCode ?? signalCode);
}

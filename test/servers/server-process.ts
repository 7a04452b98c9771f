/** A server of a test: a process that is asked until it is ready, and ended with everything that it started. */
import { spawn, type ChildProcess } from 'node:child_process';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

export interface RunningServer {
  readonly pid: number;
  /** The last of what it wrote on stdout and stderr. */
  output(): string;
  /** SIGTERM, after STOP_MS SIGKILL, to its whole process group; resolves when it is gone. Safe to repeat. */
  stop(): Promise<void>;
  /** SIGKILL, as a machine that loses power. */
  kill(): Promise<void>;
}

export interface ServerCommand {
  readonly name: string;
  readonly program: string;
  readonly words: readonly string[];
  /** Beside PATH, HOME and TMPDIR. */
  readonly variables?: Readonly<Record<string, string>>;
  readonly folder?: string;
  /** Asked every READY_EVERY_MS; what it throws means not yet. */
  readonly isReady: () => Promise<boolean>;
  readonly readyWithinMs?: number;
}

const READY_MS = 30_000;
const READY_EVERY_MS = 25;
const STOP_MS = 5_000;
const OUTPUT_CHARACTERS_MAX = 20_000;

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) signalGroup(child, 'SIGKILL');
});

/** Resolves when the server is ready; throws with what it wrote when it ends before or is not ready in time. */
export async function startServer(command: ServerCommand): Promise<RunningServer> {
  const child = spawn(command.program, command.words, {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    ...(command.folder === undefined ? {} : { cwd: command.folder }),
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: process.env['HOME'] ?? '',
      TMPDIR: process.env['TMPDIR'] ?? '/tmp',
      ...command.variables,
    },
  });
  running.add(child);
  let output = '';
  const add = (chunk: Buffer): void => {
    output = (output + chunk.toString('utf8')).slice(-OUTPUT_CHARACTERS_MAX);
  };
  child.stdout.on('data', add);
  child.stderr.on('data', add);
  const ended = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      add(Buffer.from(error.message));
      running.delete(child);
      resolve();
    });
    child.once('close', () => {
      running.delete(child);
      resolve();
    });
  });
  const server: RunningServer = {
    pid: child.pid ?? 0,
    output: () => output,
    stop: async () => await end(child, ended, 'SIGTERM'),
    kill: async () => await end(child, ended, 'SIGKILL'),
  };
  await untilReady(command, child, server);
  return server;
}

async function untilReady(command: ServerCommand, child: ChildProcess, server: RunningServer): Promise<void> {
  const untilMs = performance.now() + (command.readyWithinMs ?? READY_MS);
  while (performance.now() < untilMs && running.has(child)) {
    if (await command.isReady().catch(() => false)) return;
    await wait(READY_EVERY_MS);
  }
  const found = running.has(child) ? 'no answer in time' : 'an end before its beginning';
  await server.kill();
  throw new Error(`expected ${command.name} to become ready, found ${found}: ${server.output()}`);
}

async function end(child: ChildProcess, ended: Promise<void>, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (!running.has(child)) return;
  signalGroup(child, signal);
  const patience = new AbortController();
  const late = wait(STOP_MS, 'late', { signal: patience.signal }).catch(() => 'ended');
  if ((await Promise.race([ended, late])) === 'late') signalGroup(child, 'SIGKILL');
  await ended;
  patience.abort();
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // Gone already.
  }
}

/** Whether somebody listens on the port of this machine. */
export async function isListening(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}

/** What a test tells a sink in a process of its own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { SinkStep } from '../../streaming/sink/sink-options.ts';
import { HOME } from './command-line.ts';

export interface SinkProcessOptions {
  /** Folder of the embedded bus, and the root. */
  readonly bus: string;
  readonly root: string;
  readonly untilIdleSeconds: number;
  /** Killed when this step is reached for the so-manieth time. */
  readonly killAt?: { readonly step: SinkStep; readonly time: number };
}

export const TRADES = { name: 'trades', topic: 'stream-trades', deadLetterTopic: 'stream-trades-dead-letter' };
/** A killed member's partitions go to others within a second. */
export const SINK_TIMES = { heartbeatMs: 100, sessionMs: 1000 };

export interface SinkProcess {
  readonly child: ChildProcess;
  /** How it ended: the exit status, or the signal. */
  readonly ended: Promise<{ readonly status: number | string | null; readonly stderr: string }>;
}

export function startSinkProcess(options: SinkProcessOptions): SinkProcess {
  const child = spawn(process.execPath, [join(HOME, 'test', 'support', 'sink-process.ts'), JSON.stringify(options)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const stderr: Buffer[] = [];
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  const ended = new Promise<{ status: number | string | null; stderr: string }>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ status: code ?? signal, stderr: Buffer.concat(stderr).toString('utf8') }));
  });
  return { child, ended };
}

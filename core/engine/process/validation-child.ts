/**
 * One confined process and the job it has: limits, its death, and what it leaves. A child that died or was killed is never
 * used again; the pool starts another.
 */
import type { ChildProcess } from 'node:child_process';
import { Socket } from 'node:net';
import { MarketsError } from '../../errors/markets-error.ts';
import type { EngineLimits } from '../limits.ts';
import type { Report, ValidationJob } from '../report.ts';
import type { ChildLimits } from './child-limits.ts';
import { forkConfined, type ChildFolders } from './confinement.ts';
import type { ChildMessage, ValidateMessage } from './messages.ts';
import { residentBytes } from './resident-memory.ts';

/** Why a child did not finish its job. */
export type ChildFailure = 'crashed' | 'memory' | 'time' | 'error' | 'closed';

export interface ChildOutcome {
  readonly report: Report;
  /** The most that was seen; 0 where the job ended before the first look. */
  readonly peakResidentBytes: number;
}

const SAMPLE_MS = 50;
/** Loading its modules takes a process well under a second on an idle machine. */
const MAX_START_MS = 60_000;
/** The last bytes of what a dying process writes: Node's own words about a crash. */
const MAX_STDERR_CHARACTERS = 2000;
const ENTRY = new URL('./child.ts', import.meta.url);

interface Running {
  readonly resolve: (outcome: ChildOutcome) => void;
  readonly reject: (error: MarketsError) => void;
  readonly timers: readonly NodeJS.Timeout[];
}

export class ValidationChild {
  /** Settles when the process has loaded its modules, or has ended. */
  readonly ready: Promise<void>;
  private readonly process: ChildProcess;
  private isReady: () => void = () => undefined;
  private readonly limits: ChildLimits;
  private running: Running | undefined;
  private peakBytes = 0;
  private killedFor: ChildFailure | undefined;
  private errors = '';
  /** How the process ended. */
  private ended: { readonly reason: ChildFailure; readonly found: string } | undefined;

  /** `workers`: threads that it starts before it is ready. */
  constructor(folders: ChildFolders, limits: ChildLimits, workers: number) {
    this.limits = limits;
    this.ready = new Promise((resolve) => {
      this.isReady = resolve;
    });
    this.process = forkConfined(ENTRY, folders, [String(workers)]);
    const starting = setTimeout(() => {
      this.kill('time');
    }, MAX_START_MS).unref();
    void this.ready.then(() => {
      clearTimeout(starting);
      // A process that has nothing to do does not keep its parent alive; one that starts is waited for.
      if (this.running === undefined) this.idle();
    });
    this.process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.errors = (this.errors + text).slice(-MAX_STDERR_CHARACTERS);
    });
    this.process.on('message', (message: ChildMessage) => {
      this.receive(message);
    });
    this.process.on('error', (error) => {
      this.end('crashed', error.message);
    });
    this.process.on('close', (code, signal) => {
      this.end(this.killedFor ?? 'crashed', signal === null ? `exit status ${String(code)}` : `signal ${signal}`);
    });
  }

  /** False once the process ended or was told to. */
  get isAlive(): boolean {
    return this.ended === undefined && this.killedFor === undefined;
  }

  get pid(): number | undefined {
    return this.process.pid;
  }

  /** Runs one job; ENGINE_CHILD with `details.reason` (a ChildFailure) where the process does not finish it. */
  run(job: ValidationJob, engineLimits: EngineLimits): Promise<ChildOutcome> {
    if (this.ended !== undefined) return Promise.reject(this.endError(this.ended));
    return new Promise((resolve, reject) => {
      this.process.ref();
      this.process.channel?.ref();
      this.peakBytes = 0;
      const clock = setTimeout(() => {
        this.kill('time');
      }, this.limits.maxDurationMs);
      const sampler = setInterval(() => void this.sample(), SAMPLE_MS);
      this.running = { resolve, reject, timers: [clock, sampler] };
      const message: ValidateMessage = { kind: 'validate', job, limits: engineLimits };
      this.process.send(message, (error) => {
        // The channel is gone, so is the process: its end tells why.
        if (error !== null) this.kill('crashed');
      });
    });
  }

  /** Ends the process; a job that runs fails with `reason`. */
  kill(reason: ChildFailure): void {
    this.killedFor ??= reason;
    this.process.kill('SIGKILL');
  }

  private async sample(): Promise<void> {
    const { pid } = this.process;
    const bytes = pid === undefined ? undefined : await residentBytes(pid);
    if (bytes === undefined || this.running === undefined) return;
    this.peakBytes = Math.max(this.peakBytes, bytes);
    if (bytes > this.limits.maxResidentBytes) this.kill('memory');
  }

  private receive(message: ChildMessage): void {
    switch (message.kind) {
      case 'ready':
        this.isReady();
        return;
      case 'done':
        this.settle()?.resolve({ report: message.report, peakResidentBytes: this.peakBytes });
        return;
      case 'error': {
        const cause = new Error(message.message);
        cause.stack = message.stack;
        this.settle()?.reject(childError('error', `the engine ended with ${message.code ?? 'an error'}`, cause));
      }
    }
  }

  private end(reason: ChildFailure, found: string): void {
    this.ended = { reason, found };
    this.isReady();
    this.settle()?.reject(this.endError(this.ended));
  }

  private endError({ reason, found }: { readonly reason: ChildFailure; readonly found: string }): MarketsError {
    return childError(reason, found, this.errors === '' ? undefined : new Error(this.errors));
  }

  private settle(): Running | undefined {
    const { running } = this;
    this.running = undefined;
    for (const timer of running?.timers ?? []) clearInterval(timer);
    this.idle();
    return running;
  }

  private idle(): void {
    this.process.unref();
    this.process.channel?.unref();
    if (this.process.stderr instanceof Socket) this.process.stderr.unref();
  }
}

const MESSAGES: Readonly<Record<ChildFailure, string>> = {
  crashed: 'The validation process ended before its file was validated.',
  memory: 'The validation process used more memory than it may and was killed.',
  time: 'The validation took longer than it may and was killed.',
  error: 'The validation ended with an error of the engine.',
  closed: 'The validation was stopped.',
};

export function childError(reason: ChildFailure, found: string, cause: unknown): MarketsError {
  const because = cause === undefined ? {} : { cause };
  return new MarketsError('ENGINE_CHILD', MESSAGES[reason], { found, details: { reason }, ...because });
}

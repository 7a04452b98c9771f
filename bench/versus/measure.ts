/** What one run of one program cost. */
import process from 'node:process';
import { runProgram } from '../child.ts';

export interface Measure {
  /** From the request to its result; starting the process does not count. */
  readonly wallSeconds: number;
  /** User and system time in that span, of all processes that take part. */
  readonly cpuSeconds: number;
  /** Most resident memory: of the process that does the work. */
  readonly peakBytes: number;
}

/** The programs that can be measured: a file beside this one each. */
export type Program = 'duckdb' | 'engine' | 'saxes';

export async function runMeasured(program: Program, request: unknown): Promise<Measure> {
  return await runProgram<Measure>(new URL(`${program}-process.ts`, import.meta.url), request);
}

/** Seconds of CPU that this process has had since `before`, its threads included. */
export function cpuSecondsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

/** Each number's median on its own. */
export function medianOf(measures: readonly Measure[]): Measure {
  const median = (pick: (measure: Measure) => number): number => {
    const sorted = measures.map(pick).toSorted((left, right) => left - right);
    const [lower = 0, upper = 0] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]];
    return (lower + upper) / 2;
  };
  return {
    wallSeconds: median((measure) => measure.wallSeconds),
    cpuSeconds: median((measure) => measure.cpuSeconds),
    peakBytes: median((measure) => measure.peakBytes),
  };
}

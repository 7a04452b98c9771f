/** What one run of one program cost, and how such a program is run: in a process of its own that prints its measure as JSON. */
import { spawn } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

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

/** Runs a program once; fails with what it wrote to its standard error when it does. */
export async function runProgram(program: Program, request: unknown): Promise<Measure> {
  const path = fileURLToPath(new URL(`${program}-process.ts`, import.meta.url));
  const child = spawn(process.execPath, [path, JSON.stringify(request)], { stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  let complaints = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text));
  const status = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
  if (status !== 0) throw new Error(`${program} ended with status ${String(status)}: ${complaints}`);
  return JSON.parse(printed) as Measure;
}

/** The request that runProgram() gave to this process. */
export function requestOf(): unknown {
  return JSON.parse(process.argv[2] ?? 'null');
}

export function printMeasure(measure: Measure): void {
  process.stdout.write(JSON.stringify(measure));
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

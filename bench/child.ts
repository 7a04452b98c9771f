/** A program of the bench in a process of its own, so that none finds another one's compiled code and memory: it gets a request and prints its measure, both JSON. */
import { spawn } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

/** Runs the program once; fails with what it wrote to its standard error when it does. */
export async function runProgram<T>(program: URL, request: unknown): Promise<T> {
  const child = spawn(process.execPath, [fileURLToPath(program), JSON.stringify(request)], { stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  let complaints = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text));
  const status = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
  if (status !== 0) throw new Error(`${program.pathname} ended with status ${String(status)}: ${complaints}`);
  return JSON.parse(printed) as T;
}

/** The request that runProgram() gave to this process. */
export function requestOf(): unknown {
  return JSON.parse(process.argv[2] ?? 'null');
}

export function printMeasure(measure: unknown): void {
  process.stdout.write(JSON.stringify(measure));
}

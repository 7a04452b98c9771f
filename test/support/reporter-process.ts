/** `markets reporter serve` and `markets simulate regulator` as processes, each on a free port that it logs. */
import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { HOME } from './command-line.ts';
import { writeConfig } from './config-settings.ts';

export interface Program {
  readonly child: ChildProcess;
  /** Of its line that says where it listens. */
  readonly said: Readonly<Record<string, unknown>>;
  /** From the start to that line. */
  readonly startMs: number;
  /** null while it lives; then how it ended, with what it said last. */
  ended(): string | null;
  /** Sends SIGTERM and gives exit status and standard output. */
  end(): Promise<{ readonly exitCode: number | null; readonly output: string }>;
}

/** A program that does not say within this time that it listens never does. */
const START_MS_MAX = 120_000;

export async function startProgram(words: readonly string[], event: string): Promise<Program> {
  const startedMs = performance.now();
  const child = spawn(join(HOME, 'bin', 'markets'), ['--log-level', 'info', ...words], { cwd: HOME, stdio: ['ignore', 'pipe', 'pipe'] });
  let [errors, output] = ['', ''];
  let last: Buffer = Buffer.alloc(0);
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const closed = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  const line = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`it does not listen: ${errors}`)), START_MS_MAX);
    const look = (chunk: Buffer): void => {
      errors += chunk.toString();
      const found = errors.split('\n').find((each) => each.includes(`"${event}"`) && each.endsWith('}'));
      if (found === undefined) return;
      clearTimeout(timer);
      // What it says later is read, and only the last of it kept: of a program that says much, looking would cost more than what it does.
      child.stderr.off('data', look).on('data', (words: Buffer) => (last = words));
      resolve(found);
    };
    child.stderr.on('data', look);
    void closed.then(() => reject(new Error(`it ended: ${errors}`)));
  });
  return {
    child,
    said: JSON.parse(line) as Readonly<Record<string, unknown>>,
    startMs: performance.now() - startedMs,
    ended: () =>
      child.exitCode === null && child.signalCode === null ? null : `${String(child.exitCode ?? child.signalCode)}: ${last.toString()}`,
    async end() {
      child.kill('SIGTERM');
      return { exitCode: await closed, output };
    },
  };
}

export async function startRegulatorProgram(): Promise<Program> {
  return await startProgram(['simulate', 'regulator', '--port', '0'], 'regulator_listening');
}

/** A folder of configurations whose environment local listens at a free port and reports to `url`; `change` may change more of its text. */
export function writeReporterConfig(folder: string, url: string, change: (yaml: string) => string = (yaml) => yaml): void {
  writeConfig(folder, (yaml) => change(yaml.replace('port: 9466', 'port: 0').replaceAll('http://127.0.0.1:9480', url)));
}

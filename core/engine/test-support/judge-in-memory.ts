/** Runs the whole engine over bytes: writes them to a file of their own and validates it into memory. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ENGINE_LIMITS, type EngineLimits } from '../limits.ts';
import type { Report } from '../report.ts';
import type { SourceSpec } from '../../spec/source-spec.ts';
import { validateFile } from '../validate-file.ts';
import { MemoryOutput } from './memory-output.ts';

export interface Judgement {
  readonly report: Report;
  readonly output: MemoryOutput;
}

interface JudgeOptions {
  /** Landing name; ends in .gz for gzip, in .zst for zstd. */
  readonly file?: string;
  readonly control?: { readonly file: string; readonly content: string | Buffer };
  readonly limits?: Partial<EngineLimits>;
}

export async function judgeInMemory(spec: SourceSpec, content: string | Uint8Array, options: JudgeOptions = {}): Promise<Judgement> {
  const folder = mkdtempSync(join(tmpdir(), 'judge-bytes-'));
  try {
    const inputPath = join(folder, 'input');
    writeFileSync(inputPath, content);
    const control = options.control ?? null;
    const controlPath = join(folder, 'control');
    if (control !== null) {
      writeFileSync(controlPath, control.content);
    }
    const output = new MemoryOutput();
    const job = {
      spec,
      load_id: '0'.repeat(32),
      file: options.file ?? 'orders.csv',
      version: 1,
      input_path: inputPath,
      control: control === null ? null : { path: controlPath, file: control.file },
      output_folder: folder,
      now: '2023-01-30T06:00:00.000000Z',
    };
    const report = await validateFile(job, output, { ...ENGINE_LIMITS, ...options.limits });
    return { report, output };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Codes of each refused record as 'line:offset:CODE,CODE'. */
export function refusals(output: MemoryOutput): readonly string[] {
  return output.refused.map(({ span, findings }) => `${span.line ?? ''}:${span.byteOffset}:${findings.map(({ code }) => code).join(',')}`);
}

/** Runs the engine on bytes within this process, into a folder of the test. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SourceSpec } from '../../spec/source-spec.ts';
import { ENGINE_LIMITS, type EngineLimits } from '../limits.ts';
import { outputColumns } from '../output-columns.ts';
import { createFileOutput } from '../output/create-file-output.ts';
import { QUARANTINE_FILE } from '../result-files.ts';
import type { FileOutput } from '../output/file-output.ts';
import type { QuarantineRecord, Report } from '../report.ts';
import { validateFile } from '../validate-file.ts';

export interface BytesToJudge {
  readonly spec: SourceSpec;
  /** Landing name. */
  readonly file: string;
  readonly delivered: Uint8Array;
  readonly limits?: Partial<EngineLimits>;
  readonly control?: { readonly file: string; readonly content: string | Uint8Array };
  /** Puts something between the engine and its output. */
  readonly output?: (output: FileOutput) => FileOutput;
}

export interface Judged {
  readonly report: Report;
  readonly quarantine: readonly QuarantineRecord[];
  readonly folder: string;
}

/** `name` is a new folder below `parent`. */
export async function judgeBytes(parent: string, name: string, input: BytesToJudge): Promise<Judged> {
  const folder = join(parent, name);
  const path = join(parent, `${name}.data`);
  writeFileSync(path, input.delivered);
  const controlPath = join(parent, `${name}.control`);
  if (input.control !== undefined) writeFileSync(controlPath, input.control.content);
  const identity = { load_id: 'f'.repeat(32), file: input.file, now: '2023-01-30T06:00:00.000000Z' };
  const control = input.control === undefined ? null : { path: controlPath, file: input.control.file };
  const job = { ...identity, spec: input.spec, version: 1, input_path: path, control, output_folder: folder };
  const output = createFileOutput({ ...identity, folder, columns: outputColumns(input.spec) });
  const report = await validateFile(job, input.output?.(output) ?? output, { ...ENGINE_LIMITS, minRangeBytes: 0, ...input.limits });
  const lines = readFileSync(join(folder, QUARANTINE_FILE), 'utf8').split('\n').slice(0, -1);
  return { report, quarantine: lines.map((line) => JSON.parse(line) as QuarantineRecord), folder };
}

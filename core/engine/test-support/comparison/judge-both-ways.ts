/**
 * Judges the same bytes record by record and range by range, and tells the first difference: in the report, in the bytes of the
 * quarantine, in any cell of a staged row. Also told: a crash, a byte or a record that is unaccounted for, a file left behind.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { SourceSpec } from '../../../spec/source-spec.ts';
import { ENGINE_LIMITS, type EngineLimits } from '../../limits.ts';
import { outputColumns } from '../../output-columns.ts';
import { createFileOutput } from '../../output/create-file-output.ts';
import type { Report } from '../../report.ts';
import { QUARANTINE_FILE, VALID_FILE } from '../../result-files.ts';
import { validateFile } from '../../validate-file.ts';
import { RecordedJoinedOutput, RecordedOutput } from './recorded-output.ts';

export interface ComparedFile {
  readonly spec: SourceSpec;
  /** Landing name. */
  readonly file: string;
  readonly delivered: Buffer;
  /** Of the control file beside it; absent where there is none. */
  readonly control?: string | null;
  /** Of both ways. */
  readonly limits: Partial<EngineLimits>;
}

/** How ranges are cut, who judges them, and by what code. */
export type Way = Partial<Pick<EngineLimits, 'rangeBytes' | 'chunkBytes' | 'workers' | 'minWorkerBytes' | 'minWasmBytes'>>;

export interface Outcome {
  readonly report: Report;
  readonly quarantine: Buffer;
  readonly rows: readonly string[];
  /** valid.parquet; null where there is none. */
  readonly valid: Buffer | null;
  readonly files: readonly string[];
}

const IDENTITY = { load_id: 'f'.repeat(32), now: '2023-01-30T06:00:00.000000Z' };

/** `way` null is record by record. */
export async function judgeOneWay(parent: string, input: ComparedFile, way: Way | null): Promise<Outcome> {
  const folder = mkdtempSync(join(parent, 'way-'));
  try {
    const { spec, file } = input;
    const path = join(folder, 'input');
    writeFileSync(path, input.delivered);
    const output = join(folder, 'output');
    const beside = { path: join(folder, 'control'), file: `${file}.ctl` };
    const control = typeof input.control === 'string' ? beside : null;
    if (typeof input.control === 'string') writeFileSync(beside.path, input.control);
    const job = { ...IDENTITY, file, spec, version: 1, input_path: path, control, output_folder: output };
    const columns = outputColumns(spec);
    const inner = createFileOutput({ ...IDENTITY, file, folder: output, columns });
    const recorded = new (way === null ? RecordedOutput : RecordedJoinedOutput)(inner, columns, job);
    const report = await validateFile(job, recorded, { ...ENGINE_LIMITS, workers: 0, minRangeBytes: 0, ...input.limits, ...way });
    const files = readdirSync(output).toSorted();
    return {
      report: { ...report, duration_ms: 0 },
      quarantine: readFileSync(join(output, QUARANTINE_FILE)),
      rows: recorded.rows,
      valid: files.includes(VALID_FILE) ? readFileSync(join(output, VALID_FILE)) : null,
      files,
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** null where every way gives the same. */
export async function differenceBetweenWays(parent: string, input: ComparedFile, ways: readonly Way[]): Promise<string | null> {
  let exact: Outcome;
  try {
    exact = await judgeOneWay(parent, input, null);
  } catch (error) {
    return `record by record: ${crashText(error)}`;
  }
  const wrong = unaccounted(exact);
  if (wrong !== null) return `record by record: ${wrong}`;
  const cut = new Map<number | undefined, Outcome>();
  for (const way of ways) {
    let outcome: Outcome;
    try {
      outcome = await judgeOneWay(parent, input, way);
    } catch (error) {
      return `${JSON.stringify(way)}: ${crashText(error)}`;
    }
    const before = cut.get(way.rangeBytes);
    const found = difference(exact, outcome) ?? (before === undefined ? null : otherBytes(before, outcome));
    if (found !== null) return `${JSON.stringify(way)}: ${found}`;
    cut.set(way.rangeBytes, outcome);
  }
  return null;
}

/** Ranges of one size give the same bytes, whoever judges them and however they were read. */
function otherBytes({ valid }: Outcome, other: Outcome): string | null {
  const isSame = valid === null ? other.valid === null : other.valid !== null && valid.equals(other.valid);
  return isSame ? null : 'valid.parquet has other bytes, though the same rows';
}

function crashText(error: unknown): string {
  return `crash: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}

/** A byte or a record that is lost; null where there is none. */
function unaccounted({ report }: Outcome): string | null {
  if (!report.conservation.holds) return `not conserved: ${report.conservation.fault ?? ''} ${JSON.stringify(report.file_findings)}`;
  const { records_in, staged, quarantined, not_loaded } = report;
  return records_in === staged + quarantined + not_loaded ? null : 'the counts do not add up';
}

export function difference(left: Outcome, right: Outcome): string | null {
  const fields = Object.keys(left.report) as (keyof Report)[];
  const field = fields.find((name) => !isDeepStrictEqual(left.report[name], right.report[name]));
  const rows = listDifference('row', left.rows, right.rows);
  const lines = (bytes: Buffer): readonly string[] => bytes.toString('utf8').split('\n');
  const quarantine = left.quarantine.equals(right.quarantine)
    ? null
    : (listDifference('quarantine line', lines(left.quarantine), lines(right.quarantine)) ?? 'quarantine bytes differ');
  const own = field === undefined ? null : `report.${field}: ${shown(left.report[field])} against ${shown(right.report[field])}`;
  const files = isDeepStrictEqual(left.files, right.files) ? null : `files: ${shown(left.files)} against ${shown(right.files)}`;
  const all = [own, rows, quarantine, files].filter((each) => each !== null);
  return all.length === 0 ? null : all.join('\n  ');
}

function listDifference(name: string, left: readonly string[], right: readonly string[]): string | null {
  const count = Math.max(left.length, right.length);
  for (let index = 0; index < count; index += 1) {
    if (left[index] !== right[index]) return `${name} ${index + 1}: ${shown(left[index])} against ${shown(right[index])}`;
  }
  return null;
}

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 600);
}

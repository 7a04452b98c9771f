/** Runs the engine on a file with known faults and tells the first difference from the truth about it. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { VALID_FILE } from '../../result-files.ts';
import { rawBytes } from '../../output/quarantine-record.ts';
import type { QuarantineRecord } from '../../report.ts';
import { query } from '../duckdb-values.ts';
import { judgeBytes, type Judged } from '../judge-bytes.ts';
import type { TrueRecord } from '../oracle/draft-file.ts';
import type { AnySpecFile } from './any-spec-file.ts';
import { differenceFromDuckdb } from './duckdb-texts.ts';

/**
 * null where records, places, bytes and codes are as they should be, and DuckDB reads the same values from the same texts. What was
 * written below `parent` stays only where there is a difference.
 */
export async function differenceFromTruth(parent: string, name: string, file: AnySpecFile): Promise<string | null> {
  const judged = await judgeBytes(parent, name, file);
  const difference = refusedWrongly(judged, file) ?? (await stagedWrongly(join(judged.folder, VALID_FILE), file));
  if (difference === null) for (const path of [judged.folder, join(parent, `${name}.data`)]) rmSync(path, { recursive: true });
  return difference;
}

function refusedWrongly({ report, quarantine }: Judged, file: AnySpecFile): string | null {
  if (report.file_findings.length > 0 || !report.conservation.holds) return JSON.stringify([report.file_findings, report.conservation]);
  return firstDifference(file.bad.map(wordsOfTruth), quarantine.map(wordsOfQuarantine));
}

async function stagedWrongly(parquet: string, file: AnySpecFile): Promise<string | null> {
  const good = file.records.filter(({ codes }) => codes.length === 0);
  const expected = good.map(({ record, line, byteOffset, byteLength }) => `${record} ${line} ${byteOffset} ${byteLength}`);
  const places = await query(`select _record, _line, _byte_offset, _byte_length from '${parquet}'`);
  const found = places.map((row) => row.join(' '));
  return firstDifference(expected, found) ?? (await differenceFromDuckdb(file, parquet));
}

function wordsOfTruth({ record, line, byteOffset, byteLength, raw, codes }: TrueRecord): string {
  return `${record} ${line} ${byteOffset} ${byteLength} ${codes.join(',')} ${raw.toString('latin1')}`;
}

function wordsOfQuarantine(found: QuarantineRecord): string {
  const { record, line, byte_offset, byte_length, findings } = found;
  const codes = findings.map(({ code }) => code).join(',');
  return `${record} ${String(line)} ${String(byte_offset)} ${String(byte_length)} ${codes} ${rawBytes(found).toString('latin1')}`;
}

function firstDifference(expected: readonly string[], found: readonly string[]): string | null {
  if (isDeepStrictEqual(expected, found)) return null;
  const at =
    Array.from({ length: Math.max(expected.length, found.length) }, (_, index) => index).find(
      (index) => expected[index] !== found[index],
    ) ?? 0;
  return `expected ${expected[at] ?? 'nothing'}\nfound ${found[at] ?? 'nothing'}`;
}

/**
 * V8 makes machine code of what it has seen happen, and throws a function's code away when a branch of it is taken for the first time. A scanner has hundreds
 * of branches for values that are not plain; in a file in which such values stand here and there, each of them made all rows behind it slow for a while
 * (docs/decisions, 0074). So before the first range of a large file some of its rows are judged with faults of every kind put into their values, in buffers
 * of their own, and what comes of it is thrown away.
 */
import { rmSync, statSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import type { SourceSpec } from '../../spec/source-spec.ts';
import type { ColumnType } from '../../types/column-type.ts';
import type { JudgeCounts } from '../file-judge.ts';
import { NO_CARRY } from './range-format.ts';
import { RangeJudge } from './range-judge.ts';
import type { Range, RangeContext } from './range.ts';

/** In smaller files it takes longer than it gains. */
const FILE_BYTES_MIN = 256 * 1024 * 1024;
/** Rows that are taken as they stand, and how many bytes are looked at for them. */
const ROWS = 16;
const LOOK_BYTES = 64 * 1024;
/** How often the rows go by before their first fault. */
const GOOD_FIRST = 4;
/** At most about so many bytes with faults, so that wide rows take no longer than narrow ones. */
const FAULTY_BYTES_MAX = 384 * 1024;
/** Line ends behind the rows: a scanner looks at bytes behind its last one. */
const MARGIN = 64;
const LF = 10;

/** What is put where a value stands: empty, too long, of another kind, almost right. */
const FAULTS = {
  any: ['', 'x', ' a', 'a ', 'é', '\u0001', '""', '"x"', '"abcdefghijk"', '"a\nb"', '"a\r\nb"', '"a""b"', '"a"b', 'A'.repeat(300)],
  number: [
    ...['-', '+1', '-1', '0', '007', '1.', '.5', '1,5', '1e5', '-0.5', '"-12.5"', '12.5\r', '99999999999', '12345678901234567890123'],
    ...['0.1234567890123456789', '1234567890.123456', '123456789012345.5', '999999999999.999999'],
  ],
  time: [
    ...['2024-02-30', '2024-1-1', '20240131', '2024-01-31', '2024-01-31T23:59:60Z', '2024-01-31 10:00:00', '2024-01-31T10:00:00Z'],
    ...['2024-01-31T10:00:00.123456+01:00', '2024-01-31T10:00:00.123456789Z', '0001-01-01T00:00:00.000000Z'],
    ...['"2024-01-31"', '"2024-01-31T10:00:00.123456Z"'],
  ],
} as const;

/** Of this thread: what it practised last. */
let practisedFor: SourceSpec | null = null;

/** Before the first range of a file: practises where the file is large, once for a spec, and says whether it did. Changes nothing that a range becomes. */
export function practiseBefore(context: RangeContext, range: Range): boolean {
  const { spec, input_path: path } = context.job;
  if (statSync(path).size < FILE_BYTES_MIN || isDeepStrictEqual(practisedFor, spec)) return false;
  practisedFor = spec;
  return practise(context, range) !== null;
}

/** With the first rows of the range; null for a format whose records are no lines of values. */
export function practise(context: RangeContext, range: Range): JudgeCounts | null {
  const rows = faultyRows(context, range);
  if (rows === null) return null;
  const judge = new RangeJudge(context);
  const end = rows.length - MARGIN;
  const place = { number: -1, base: 0, from: 0, linesBefore: 0, final: true, carry: NO_CARRY, repeated: null };
  const { counts, records } = judge.judgeRange({ ...place, bytes: rows, length: end, stop: end });
  if (records.frames.path !== null) rmSync(records.frames.path);
  return counts;
}

function faultyRows({ job: { spec }, preamble: { csv } }: RangeContext, { bytes, from, length }: Range): Uint8Array | null {
  if (spec.source.format !== 'csv' || csv === null) return null;
  const { delimiter } = spec.source.csv;
  const text = Buffer.from(bytes.subarray(from, Math.min(length, from + LOOK_BYTES))).toString('latin1');
  const rows = text.split('\n').slice(0, -1).slice(0, ROWS);
  const parts = Array.from({ length: GOOD_FIRST }, () => rows.join('\n'));
  let size = 0;
  let turn = 0;
  for (const [index, { type }] of spec.schema.entries()) {
    const place = csv.plan.fieldOf[index] ?? -1;
    for (const fault of faultsOf(type.kind)) {
      const row = rows[turn++ % rows.length] ?? '';
      // By its looks alone: a delimiter within quotes makes one fault of two.
      const values = row.split(delimiter);
      if (size >= FAULTY_BYTES_MAX || place < 0 || place >= values.length) continue;
      const faulty = values.with(place, Buffer.from(fault, 'utf8').toString('latin1')).join(delimiter);
      parts.push(faulty, row);
      size += faulty.length + row.length;
    }
  }
  return Buffer.concat([Buffer.from(`${parts.join('\n')}\n`, 'latin1'), Buffer.alloc(MARGIN, LF)]);
}

function faultsOf(kind: ColumnType['kind']): readonly string[] {
  switch (kind) {
    case 'INT64':
    case 'DECIMAL':
    case 'FLOAT64':
      return [...FAULTS.any, ...FAULTS.number];
    case 'DATE':
    case 'TIME':
    case 'DATETIME':
    case 'TIMESTAMP':
      return [...FAULTS.any, ...FAULTS.time];
    default:
      return FAULTS.any;
  }
}

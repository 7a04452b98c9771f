/** Writes records as JSON Lines or as an array in a JSON document, with the faults that only JSON has. */
import { undecodableBytes, type DraftFile, type Encoding } from './draft-file.ts';
import type { OracleCell, OracleRecord } from './oracle-record.ts';
import type { SeededRandom } from './seeded-random.ts';

export interface JsonLayout {
  readonly format: 'json' | 'jsonl';
  readonly encoding: Encoding;
  readonly lineEnd: '\n' | '\r\n';
  readonly maxRecordBytes: number;
}

/** Share of records that are no JSON object. */
const BROKEN_SHARE = 0.06;
/** Brackets close in all of them, so that a document goes on behind them. */
export const BROKEN_JSON = [
  '{"id": 1,,}',
  '{"id" 1}',
  '{id: 1}',
  '{"id": 01}',
  '[1, 2]',
  '5',
  '"text"',
  'null',
  "{'id': 1}",
  '{"id": tru}',
];

/** What stands before the first record; the records are at /data/rows. */
export function writeJsonHead(draft: DraftFile, { format, lineEnd }: JsonLayout): void {
  if (format === 'json') draft.text(`{"made": {"by": ["x"], "rows": []},${lineEnd} "data": {"count": 3, "rows": [${lineEnd}`);
}

export function writeJsonFoot(draft: DraftFile, { format, lineEnd }: JsonLayout): void {
  if (format === 'json') draft.text(`${lineEnd}]}, "more": null}${lineEnd}`);
}

/** Gives whether the record was written as it is. */
export function writeJsonRecord(
  draft: DraftFile,
  record: OracleRecord,
  layout: JsonLayout,
  random: SeededRandom,
  isLast: boolean,
): boolean {
  const isTooLong = random.chance(0.02);
  const isBroken = !isTooLong && random.chance(BROKEN_SHARE);
  draft.record(isBroken ? ['RECORD_UNPARSABLE'] : record.codes, layout.maxRecordBytes, () => {
    if (isBroken) draft.text(random.pick(BROKEN_JSON));
    else if (isTooLong) draft.text(`{"id": "${'z'.repeat(layout.maxRecordBytes)}"}`);
    else writeObject(draft, record, layout, random);
  });
  if (layout.format === 'json') draft.text(isLast ? '' : random.pick([',', ', ', `,${layout.lineEnd}`, ` ,${layout.lineEnd}`]));
  else if (!isLast || random.chance(0.5)) draft.text(layout.lineEnd + (random.chance(0.05) ? layout.lineEnd : ''));
  return !isBroken && !isTooLong;
}

function writeObject(draft: DraftFile, record: OracleRecord, { encoding, format, lineEnd }: JsonLayout, random: SeededRandom): void {
  const blank = format === 'json' && random.chance(0.2) ? lineEnd : random.pick(['', ' ']);
  const present = record.cells.filter(({ state }) => state !== 'missing');
  const members: readonly (OracleCell | null)[] = record.unknown ? [...present, null] : present;
  draft.text('{');
  for (const [index, cell] of members.entries()) {
    draft.text(`${index > 0 ? ',' : ''}${blank}`);
    if (cell === null) draft.text('"zzz":{"deep":[1,"}"]}');
    else writeMember(draft, cell, encoding);
  }
  draft.text(`${blank}}`);
}

function writeMember(draft: DraftFile, { column, state, text, literal }: OracleCell, encoding: Encoding): void {
  draft.text(`"${column.name}":`);
  if (state === 'null') {
    draft.text('null');
  } else if (state === 'undecodable') {
    draft.text('"abc');
    draft.bytes(undecodableBytes(encoding) ?? Buffer.alloc(0));
    draft.text('"');
  } else {
    draft.text(literal ? text : JSON.stringify(text));
  }
}

/** The keys of a spec that may stand once in a file, and the digests of a record's values under them. */
import type { Severity, SourceSpec } from '../../spec/source-spec.ts';
import type { ColumnType, Value } from '../../types/column-type.ts';
import { printValue } from '../../types/print-value.ts';
import { shownText } from '../findings/shown-text.ts';
import type { Cell } from '../output/file-output.ts';
import type { Finding } from '../report.ts';
import { columnIndex } from '../rules/column-index.ts';
import { singleValue } from '../values/cell-values.ts';
import { DIGEST_WORDS, KeyHasher } from './key-hasher.ts';

/** A unique column, or a rule `no duplicate ... within file`. */
export interface UniqueKey {
  readonly columns: readonly string[];
  /** Places in the schema. */
  readonly places: readonly number[];
  readonly types: readonly ColumnType[];
  readonly rule: string | null;
  readonly severity: Severity;
}

export function uniqueKeys(spec: SourceSpec): readonly UniqueKey[] {
  const place = columnIndex(spec);
  const wanted = [
    ...spec.schema.filter((column) => column.unique).map(({ name }) => ({ columns: [name], rule: null, severity: 'error' as const })),
    ...spec.validation.file_level.flatMap(({ check, code, rule, severity }) =>
      check.kind === 'no_duplicates' ? [{ columns: check.columns, rule: code ?? rule, severity }] : [],
    ),
  ];
  return wanted.map((key) => {
    const places = key.columns.map(place);
    return { ...key, places, types: places.map((each) => spec.schema[each]?.type ?? { kind: 'STRING' as const }) };
  });
}

/** Hashes what a value of a column is told apart by: the text of a text, the printed form of everything else. */
export class ValueHasher {
  readonly hasher: KeyHasher;
  private bytes = Buffer.alloc(1024);
  private view = new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.length);

  constructor(seed: Int32Array) {
    this.hasher = new KeyHasher(seed);
  }

  start(): void {
    this.hasher.start();
  }

  add(type: ColumnType, value: Value): void {
    const text = typeof value === 'string' ? value : (printValue(type, value) ?? '');
    if (text.length * 3 + 4 > this.bytes.length) {
      this.bytes = Buffer.alloc(text.length * 3 + 4);
      this.view = new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.length);
    }
    this.hasher.add(this.view, 0, this.bytes.write(text, 0, 'utf8'));
  }

  finish(target: Int32Array, at: number): void {
    this.hasher.finish(target, at);
  }
}

/** Writes one digest a key; where a column of the key is NULL its last word is zero: the record is not compared by it. */
export function digestRecord(
  keys: readonly UniqueKey[],
  values: readonly Cell[],
  hasher: ValueHasher,
  target: Int32Array,
  at: number,
): void {
  for (let index = 0; index < keys.length; index += 1) {
    const { places, types } = keys[index] as UniqueKey;
    const to = at + index * DIGEST_WORDS;
    target[to + DIGEST_WORDS - 1] = 0;
    if (places.some((place) => singleValue(values[place]) === null)) continue;
    hasher.start();
    for (let part = 0; part < places.length; part += 1) hasher.add(types[part] as ColumnType, singleValue(values[places[part] as number]));
    hasher.finish(target, to);
  }
}

export function duplicateFinding(key: UniqueKey, values: readonly Cell[]): Finding {
  const names = key.columns.join(', ');
  const shown = key.places.map((place, index) => {
    const type = key.types[index];
    return type === undefined ? '' : (printValue(type, singleValue(values[place])) ?? '');
  });
  return {
    code: 'DUPLICATE_KEY',
    column: key.columns.length === 1 ? (key.columns[0] ?? null) : null,
    rule: key.rule,
    found: shownText(shown.join(', ')),
    expected: 'a key that no earlier record of the file has',
    message: `An earlier record of the file has the same ${names}.`,
  };
}

/** The keys that may stand once in a file: unique columns and the rules `no duplicate ... within file`. */
import type { Severity, SourceSpec } from '../../spec/source-spec.ts';
import type { ColumnType } from '../../types/column-type.ts';
import { printValue } from '../../types/print-value.ts';
import { shownText } from '../findings/shown-text.ts';
import type { EngineLimits } from '../limits.ts';
import type { Cell } from '../output/file-output.ts';
import type { Finding } from '../report.ts';
import { columnIndex } from '../rules/column-index.ts';
import { singleValue } from '../values/cell-values.ts';
import { keyDigest, SpillingKeySet, type KeyDigest } from './spilling-key-set.ts';

interface UniqueKey {
  readonly columns: readonly string[];
  readonly places: readonly number[];
  readonly types: readonly ColumnType[];
  readonly rule: string | null;
  readonly severity: Severity;
  readonly seen: SpillingKeySet;
  /** Holds the digest of the record at hand. */
  readonly digest: KeyDigest;
}

/** NULL in any column of a key: the record is not compared by it. */
export class UniqueKeys {
  private readonly keys: readonly UniqueKey[];
  /** Of the record that duplicates() looked at; null where a key has a NULL. */
  private digests: (KeyDigest | null)[] = [];

  constructor(spec: SourceSpec, folder: string, limits: EngineLimits) {
    const place = columnIndex(spec);
    const wanted = [
      ...spec.schema.filter((column) => column.unique).map(({ name }) => ({ columns: [name], rule: null, severity: 'error' as const })),
      ...spec.validation.file_level.flatMap(({ check, code, rule, severity }) =>
        check.kind === 'no_duplicates' ? [{ columns: check.columns, rule: code ?? rule, severity }] : [],
      ),
    ];
    this.keys = wanted.map((key, index) => {
      const places = key.columns.map(place);
      const types = places.map((each) => spec.schema[each]?.type ?? { kind: 'STRING' as const });
      return { ...key, places, types, seen: new SpillingKeySet(folder, `unique-${index}`, limits.maxKeysInMemory), digest: keyDigest('') };
    });
  }

  /** Looks at a record without errors: a finding for every key of severity error that an earlier record has. */
  duplicates(values: readonly Cell[]): readonly Finding[] {
    if (this.keys.length === 0) {
      return [];
    }
    this.digests = this.keys.map((key) => {
      const text = keyText(key, values);
      return text === null ? null : keyDigest(text, key.digest);
    });
    return this.found('error', values);
  }

  /** The record stays: gives the keys of severity warning that it repeats, and remembers all its keys. */
  remember(values: readonly Cell[]): readonly Finding[] {
    if (this.keys.length === 0) {
      return [];
    }
    const warnings = this.found('warning', values);
    this.keys.forEach((key, index) => {
      const digest = this.digests[index] ?? null;
      if (digest !== null) {
        key.seen.add(digest);
      }
    });
    return warnings;
  }

  close(): void {
    for (const { seen } of this.keys) {
      seen.close();
    }
  }

  private found(severity: Severity, values: readonly Cell[]): readonly Finding[] {
    return this.keys.flatMap((key, index) => {
      const digest = this.digests[index] ?? null;
      return key.severity === severity && digest !== null && key.seen.has(digest) ? [duplicateFinding(key, values)] : [];
    });
  }
}

function keyText({ places, types }: UniqueKey, values: readonly Cell[]): string | null {
  let text = '';
  for (let index = 0; index < places.length; index += 1) {
    const value = singleValue(values[places[index] ?? 0]);
    const type = types[index];
    if (value === null || type === undefined) {
      return null;
    }
    const part = typeof value === 'string' ? value : (printValue(type, value) ?? '');
    // Lengths keep ('a', 'bc') apart from ('ab', 'c').
    text += places.length === 1 ? part : `${part.length}:${part}`;
  }
  return text;
}

function duplicateFinding(key: UniqueKey, values: readonly Cell[]): Finding {
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

/** Versions of reference data in memory: by key and by what else they are found, bounded in versions; the key that was used longest ago goes first. */
import type { Value } from '../../core/types/column-type.ts';
import { REFERENCE_TABLES, type ReferenceSearch } from './reference-kinds.ts';
import { referenceVersion } from './reference-version.ts';
import type { ReferenceKind, ReferenceVersion } from './reference-view.ts';

export interface ValidRow {
  readonly fromUs: bigint;
  readonly toUs: bigint;
  /** In the order of the kind's columns. */
  readonly values: readonly Value[];
}

interface HeldRow extends ValidRow {
  /** Made when it is first used: most rows never are. */
  version: ReferenceVersion | null;
}

interface HeldKey {
  readonly kind: ReferenceKind;
  readonly key: string;
  readonly rows: readonly HeldRow[];
}

/** Keys that have a value in a column; `whole` where the warehouse has no others. */
interface Named {
  readonly keys: Set<string>;
  whole: boolean;
}

/** unknown: the warehouse may have it. */
export type Found = ReferenceVersion | 'absent' | 'unknown';

export class ReferenceMemory {
  private readonly versionsMax: number;
  private readonly keys = new Map<string, HeldKey>();
  private readonly names = new Map<string, Named>();
  private held = 0;
  private evicted = false;

  constructor(versionsMax: number) {
    this.versionsMax = versionsMax;
  }

  get versions(): number {
    return this.held;
  }

  /** false when keys had to go, or were left out: what is not here may be in the warehouse. */
  get isWhole(): boolean {
    return !this.evicted;
  }

  /** Some keys of the warehouse were not put in. */
  leftOut(): void {
    this.evicted = true;
  }

  /** All versions of one key, in place of what was known of it. */
  put(kind: ReferenceKind, key: string, rows: readonly ValidRow[]): void {
    this.remove(placeOf(kind, key));
    const sorted = rows.map((row) => ({ ...row, version: null })).toSorted((a, b) => (a.fromUs < b.fromUs ? -1 : 1));
    this.keys.set(placeOf(kind, key), { kind, key, rows: sorted });
    this.held += rows.length;
    for (const place of this.namesOf(kind, sorted)) this.named(place).keys.add(key);
    while (this.held > this.versionsMax && this.keys.size > 1) {
      this.evicted = true;
      this.remove(this.keys.keys().next().value as string);
    }
  }

  /** The warehouse was asked for this value: what is held of it now is all there is. */
  putWhole(kind: ReferenceKind, search: ReferenceSearch, value: string): void {
    const place = placeOf(kind, value, search.column);
    if (search.column !== REFERENCE_TABLES[kind].key && this.names.has(place)) this.named(place).whole = true;
  }

  find(kind: ReferenceKind, search: ReferenceSearch, value: string, atUs: bigint): Found {
    if (search.column === REFERENCE_TABLES[kind].key) {
      const held = this.used(placeOf(kind, value));
      if (held === undefined) return 'unknown';
      return versionAt(held, atUs, () => true) ?? 'absent';
    }
    const named = this.names.get(placeOf(kind, value, search.column));
    if (named === undefined || !(named.whole || this.isWhole)) return 'unknown';
    const place = REFERENCE_TABLES[kind].columns.findIndex(({ name }) => name === search.column);
    const found = [...named.keys].flatMap((key) => {
      const held = this.used(placeOf(kind, key));
      const version = held === undefined ? null : versionAt(held, atUs, ({ values }) => values[place] === value);
      return version === null ? [] : [version];
    });
    // Two candidates are no answer: a report is not built on a guess.
    return found.length === 1 ? (found[0] as ReferenceVersion) : 'absent';
  }

  private used(place: string): HeldKey | undefined {
    const held = this.keys.get(place);
    if (held === undefined || !this.evicted) return held;
    this.keys.delete(place);
    this.keys.set(place, held);
    return held;
  }

  private named(place: string): Named {
    let named = this.names.get(place);
    if (named === undefined) this.names.set(place, (named = { keys: new Set(), whole: false }));
    return named;
  }

  private remove(place: string): void {
    const held = this.keys.get(place);
    if (held === undefined) return;
    this.keys.delete(place);
    this.held -= held.rows.length;
    for (const name of this.namesOf(held.kind, held.rows)) {
      const named = this.names.get(name);
      named?.keys.delete(held.key);
      if (named !== undefined) named.whole = false;
      if (named?.keys.size === 0) this.names.delete(name);
    }
  }

  private namesOf(kind: ReferenceKind, rows: readonly ValidRow[]): ReadonlySet<string> {
    const { columns, searches } = REFERENCE_TABLES[kind];
    const places = new Set<string>();
    for (const { column } of searches.slice(1)) {
      const index = columns.findIndex(({ name }) => name === column);
      for (const { values } of rows) if (typeof values[index] === 'string') places.add(placeOf(kind, values[index], column));
    }
    return places;
  }
}

function placeOf(kind: ReferenceKind, value: string, column = ''): string {
  return `${kind}\0${column}\0${value}`;
}

function versionAt(held: HeldKey, atUs: bigint, fits: (row: ValidRow) => boolean): ReferenceVersion | null {
  const row = held.rows.findLast(({ fromUs, toUs }) => fromUs <= atUs && atUs < toUs);
  if (row === undefined || !fits(row)) return null;
  row.version ??= referenceVersion(held.kind, held.key, row.fromUs, row.values);
  return row.version;
}

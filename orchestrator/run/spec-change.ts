/**
 * A live source has loads that stand in the warehouse. Its spec may gain nullable columns, and may change what only tells about it or what
 * decides which rows are good: every load names the spec_version that judged it, and a file that comes again is judged anew. A change of
 * what values mean or where they stand would leave the loads behind, and is refused (docs/decisions/0040).
 */
import { MarketsError } from '../../core/errors/markets-error.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { parseSpec } from '../../core/spec/parse-spec.ts';
import type { Column, SourceSpec } from '../../core/spec/source-spec.ts';
import type { LaneState } from '../state/lane-state.ts';
import { specObject } from './spec-object.ts';

/** What says how rows are read, mapped and kept. The rest judges (validation, control_file, schema_drift) or describes. */
const BINDING = ['domain', 'source', 'processing'] as const;

/** Throws SPEC_CHANGED for the first live source whose loads cannot follow its spec. */
export async function refuseChangedSpecs(store: ObjectStore, state: LaneState, specs: readonly SourceSpec[]): Promise<void> {
  const live = liveSources(state);
  for (const spec of specs) {
    const last = state.specs.get(spec.name)?.data.spec_version;
    if (!spec.enabled || last === undefined || last === spec.spec_version || !live.has(spec.name)) continue;
    const text = (await store.read(specObject(last))).toString();
    const before = parseSpec(text, spec.spec_file);
    const changes = 'spec' in before ? specChanges(before.spec, spec) : ['the spec that judged the loads is not readable any more'];
    if (changes.length === 0) continue;
    throw new MarketsError('SPEC_CHANGED', `The live source ${spec.name} changed in a way that its loads cannot follow.`, {
      expected: 'the spec that judged its loads, or that with nullable columns added or other rules',
      found: changes.join('; '),
      place: { file: spec.spec_file },
      next: `Take the change back (the spec that judged the loads is ${specObject(last)} below the root), or give the changed source a new name.`,
    });
  }
}

/** What differs in a binding way, each as a clause for a reader; [] where the loads can follow. Pure. */
export function specChanges(before: SourceSpec, after: SourceSpec): readonly string[] {
  const keys = BINDING.filter((key) => !isSame(before[key], after[key])).map((key) => `${key} is another`);
  return [...keys, ...columnChanges(before.schema, after.schema), ...canonicalChanges(before, after)];
}

function columnChanges(before: readonly Column[], after: readonly Column[]): string[] {
  const known = new Map(before.map((column) => [column.name, column]));
  const still = new Set(after.map((column) => column.name));
  const gone = before.filter((column) => !still.has(column.name)).map((column) => `column ${column.name} is gone`);
  const changed = after.flatMap((column) => {
    const old = known.get(column.name);
    if (old === undefined) return column.nullable && column.default === null ? [] : [`column ${column.name} is new and not nullable`];
    if (old.nullable && !column.nullable) return [`column ${column.name} is not nullable any more`];
    return isSame(meaningOf(old), meaningOf(column)) ? [] : [`column ${column.name} is another`];
  });
  return [...gone, ...changed];
}

/** What a value of the column is and where it is read from; not what is told of it, nor which values are good. */
function meaningOf({ name, type, mode, locator, format, timezone, precision, default: stands, classification }: Column): unknown {
  return { name, type, mode, locator, format, timezone, precision, stands, classification };
}

/** A new column may be mapped; what was mapped stays as it is. */
function canonicalChanges(before: SourceSpec, after: SourceSpec): string[] {
  if (before.canonical.entity !== after.canonical.entity) return ['canonical.entity is another'];
  const mapped = new Map(after.canonical.map.map((entry) => [entry.column, entry.expression]));
  return before.canonical.map
    .filter((entry) => !isSame(entry.expression, mapped.get(entry.column)))
    .map((entry) => `the mapping of ${entry.column} is another`);
}

function isSame(left: unknown, right: unknown): boolean {
  return comparable(left) === comparable(right);
}

/** Specs hold bigints and bytes, which JSON does not know. */
function comparable(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) => {
    if (typeof member === 'bigint') return { bigint: member.toString() };
    if (member instanceof Uint8Array) return { bytes: Buffer.from(member).toString('hex') };
    return member;
  });
}

function liveSources(state: LaneState): ReadonlySet<string> {
  const live = new Set<string>();
  for (const load of state.loads.values()) if (load.published && load.superseded_by === null) live.add(load.source);
  return live;
}

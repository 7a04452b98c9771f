/**
 * A live source has loads that stand in the warehouse. Its spec may gain nullable columns, and may change what only tells about it; any
 * other change would leave those loads judged by one contract and the new ones by another.
 */
import { MarketsError } from '../../core/errors/markets-error.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { parseSpec } from '../../core/spec/parse-spec.ts';
import type { Column, SourceSpec } from '../../core/spec/source-spec.ts';
import type { LaneState } from '../state/lane-state.ts';
import { specObject } from './spec-object.ts';

/** What says how rows are read, judged, mapped and kept. The rest describes: owner, expectations, quality, tests. */
const BINDING = ['domain', 'source', 'schema_drift', 'control_file', 'validation', 'processing'] as const;

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
      expected: 'the spec that judged its loads, or that with nullable columns added',
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
    return isSame(withoutWords(old), withoutWords(column)) ? [] : [`column ${column.name} is another`];
  });
  return [...gone, ...changed];
}

function withoutWords(column: Column): Column {
  return { ...column, description: '', unit: null };
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

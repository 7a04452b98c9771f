/**
 * The members that a JSON record is expected to have, in the order in which they are looked for. Any of them may be absent;
 * a record with another member, or another order, does not have the shape.
 */
import type { SourceSpec } from '../../spec/source-spec.ts';
import type { JsonNode } from '../records/json/json-tree.ts';

export interface ShapeMember {
  readonly name: string;
  /** `"name":` as it stands in the file. */
  readonly key: Buffer;
  /** Place in the schema; null for an object that columns are within. */
  readonly column: number | null;
  readonly members: JsonShape;
}

export type JsonShape = readonly ShapeMember[];

interface PathMember {
  column: number | null;
  readonly members: Map<string, PathMember>;
}

/** In the order of the schema; null where a column's path has an array in it, or two columns share one value. */
export function jsonShape(spec: SourceSpec): JsonShape | null {
  const root: PathMember = { column: null, members: new Map() };
  for (const [index, column] of spec.schema.entries()) {
    const steps = column.locator.kind === 'json_path' ? column.locator.steps : [column.name];
    let place = root;
    for (const step of steps) {
      if (typeof step !== 'string' || place.column !== null || keyOf(step, spec) === null) return null;
      const next = place.members.get(step) ?? { column: null, members: new Map<string, PathMember>() };
      place.members.set(step, next);
      place = next;
    }
    if (place === root || place.column !== null || place.members.size > 0) return null;
    place.column = index;
  }
  return shapeOf(root.members, spec);
}

function shapeOf(members: ReadonlyMap<string, PathMember>, spec: SourceSpec): JsonShape {
  return [...members].map(([name, { column, members: inner }]) => ({
    name,
    key: keyOf(name, spec) ?? Buffer.alloc(0),
    column,
    members: shapeOf(inner, spec),
  }));
}

/** null for a name that no file writes as it is, or whose bytes depend on the encoding. */
function keyOf(name: string, { source }: SourceSpec): Buffer | null {
  if (name === '' || !name.isWellFormed() || JSON.stringify(name) !== `"${name}"`) return null;
  return source.encoding === 'utf-8' || /^[\u0020-\u007e]*$/.test(name) ? Buffer.from(`"${name}":`, 'utf8') : null;
}

/** The same members in the order of a record; one that it does not have stays behind the one that it was behind. */
export function inOrderOf(shape: JsonShape, record: JsonNode): JsonShape {
  if (record.kind !== 'object') return shape;
  const known = new Map(shape.map((member) => [member.name, member]));
  const found = record.members.flatMap(({ name, value }) => {
    const member = name === null ? undefined : known.get(name);
    return member === undefined ? [] : [{ ...member, members: inOrderOf(member.members, value) }];
  });
  const order: ShapeMember[] = [...found];
  let before: string | null = null;
  for (const member of shape) {
    if (!found.some(({ name }) => name === member.name)) {
      order.splice(before === null ? 0 : order.findIndex(({ name }) => name === before) + 1, 0, member);
    }
    before = member.name;
  }
  return order;
}

/** The same for two shapes of a spec where they have the same order. */
export function orderOf(shape: JsonShape): string {
  return shape.map(({ column, members }) => (column === null ? orderOf(members) : String(column))).join(',');
}

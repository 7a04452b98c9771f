/**
 * Which messages one file holds, written down before the file: whoever reads the same messages again, after a crash or beside a process that does not know
 * that it lost the partition, makes the same file. It also tells which line came from which offset.
 */
import { Type, type Static } from '@sinclair/typebox';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { CLOSED, COUNT } from '../../core/stream/object-forms.ts';
import { createIfAbsent, jsonBytes, storedJson } from '../../core/stream/stored-json.ts';

const BORDER_SCHEMA = Type.Object(
  {
    kafka_topic: Type.String(),
    partition: COUNT,
    /** Of the lines' messages, in order: runs [first, last] of decimal texts. */
    ranges: Type.Array(Type.Array(Type.String(), { minItems: 2, maxItems: 2 }), { minItems: 1 }),
    lines: Type.Integer({ minimum: 1 }),
    file: Type.String(),
    writer: Type.String(),
    at: Type.String(),
  },
  CLOSED,
);

export type FileBorder = Static<typeof BORDER_SCHEMA>;

const borders = storedJson({ schema: BORDER_SCHEMA, what: 'no border of a file', expected: 'the JSON of which messages a file holds' });

/** The border that stands under the name: this one, or the one that was there before. Key: source, topic, partition and first offset. */
export async function settleBorder(
  store: ObjectStore,
  name: string,
  border: FileBorder,
): Promise<{ readonly border: FileBorder; readonly isNew: boolean }> {
  if (await createIfAbsent(store, name, jsonBytes(border))) return { border, isNew: true };
  return { border: await borders.read(store, name), isNew: false };
}

/** The last offset of the file. */
export function lastOffset(border: FileBorder): bigint {
  return BigInt(border.ranges.at(-1)?.[1] ?? '-1');
}

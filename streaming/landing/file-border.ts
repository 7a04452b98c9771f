/**
 * Which messages one file holds, written down before the file: whoever reads the same messages again, after a crash or beside a process that does not know
 * that it lost the partition, makes the same file. It also tells which line came from which offset.
 */
import { Type, type Static } from '@sinclair/typebox';
import { Ajv } from 'ajv';
import { isMarketsError, MarketsError } from '../../core/errors/markets-error.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';

const BORDER_SCHEMA = Type.Object(
  {
    kafka_topic: Type.String(),
    partition: Type.Integer({ minimum: 0 }),
    /** Of the lines' messages, in order: runs [first, last] of decimal texts. */
    ranges: Type.Array(Type.Array(Type.String(), { minItems: 2, maxItems: 2 }), { minItems: 1 }),
    lines: Type.Integer({ minimum: 1 }),
    file: Type.String(),
    writer: Type.String(),
    at: Type.String(),
  },
  { additionalProperties: false },
);

export type FileBorder = Static<typeof BORDER_SCHEMA>;

const check = new Ajv({ strict: false }).compile<FileBorder>(BORDER_SCHEMA);

/** The border that stands under the name: this one, or the one that was there before. Key: source, topic, partition and first offset. */
export async function settleBorder(
  store: ObjectStore,
  name: string,
  border: FileBorder,
): Promise<{ readonly border: FileBorder; readonly isNew: boolean }> {
  if (await createdJson(store, name, border)) return { border, isNew: true };
  const standing: unknown = JSON.parse((await store.read(name)).toString('utf8'));
  if (check(standing)) return { border: standing, isNew: false };
  throw new MarketsError('STREAM_STATE', 'An object does not say which messages a file holds.', { found: name });
}

/** The last offset of the file. */
export function lastOffset(border: FileBorder): bigint {
  return BigInt(border.ranges.at(-1)?.[1] ?? '-1');
}

/** false where the name is taken. */
export async function createdJson(store: ObjectStore, name: string, content: object): Promise<boolean> {
  try {
    await store.write(name, Buffer.from(`${JSON.stringify(content)}\n`), { ifAbsent: true });
    return true;
  } catch (error) {
    if (isMarketsError(error, 'STORE_EXISTS')) return false;
    throw error;
  }
}

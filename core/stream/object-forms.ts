/** Forms that the objects of streams have in common. */
import { Type } from '@sinclair/typebox';

export const CLOSED = { additionalProperties: false } as const;
export const COUNT = Type.Integer({ minimum: 0 });
/** A place in a chain: 1, 2, 3 ... */
export const SEQ = Type.Integer({ minimum: 1 });
/** ISO 8601 UTC, 6 digits. */
export const MOMENT = Type.String({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[.][0-9]{6}Z$' });
export const SHA256 = Type.String({ pattern: '^[0-9a-f]{64}$' });
/** An offset of a partition, or a sum of some, as decimal text. */
export const OFFSET = Type.String({ pattern: '^[0-9]+$' });

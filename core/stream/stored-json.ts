/**
 * Objects that say how far a stream is: one JSON document and a line end, created if absent and never changed. Whoever creates one wins: that is the
 * commit. What is read is held to its schema, for nothing else may write below control/.
 */
import type { Static, TSchema } from '@sinclair/typebox';
import { Ajv } from 'ajv';
import type { ErrorCode } from '../errors/error-codes.ts';
import { isMarketsError, MarketsError } from '../errors/markets-error.ts';
import type { ObjectStore } from '../ports/object-store.ts';

export interface StoredJson<T> {
  /** STREAM_STATE, or the code of the kind, where the bytes are none of this kind; `name` is for the message. */
  parse(name: string, bytes: Uint8Array): T;
  /** STREAM_STATE, or the code of the kind, where the object is none of this kind. */
  read(store: ObjectStore, name: string): Promise<T>;
  /**
   * Key: the name. 'taken' where other bytes stand there. A write whose answer was lost is recognised by its bytes, so it is repeated with the same
   * content or not at all.
   */
  commit(store: ObjectStore, name: string, content: T): Promise<'committed' | 'taken'>;
}

export interface StoredJsonKind<S extends TSchema> {
  readonly schema: S;
  /** What an object that does not fit is not: 'no manifest of candles'. */
  readonly what: string;
  readonly expected: string;
  /** The store's own limit without it. */
  readonly bytesMax?: number;
  /** STREAM_STATE without it. */
  readonly code?: ErrorCode;
}

export function storedJson<S extends TSchema>({ schema, what, expected, bytesMax, code }: StoredJsonKind<S>): StoredJson<Static<S>> {
  const check = new Ajv({ strict: false }).compile<Static<S>>(schema);
  const options = bytesMax === undefined ? {} : { maxBytes: bytesMax };
  const parse = (name: string, bytes: Uint8Array): Static<S> => {
    const content = parsed(bytes);
    if (check(content)) return content;
    const [error] = check.errors ?? [];
    throw notOfKind(
      { what, expected, ...(code === undefined ? {} : { code }) },
      `${name}: ${error?.instancePath ?? ''} ${error?.message ?? ''}`,
    );
  };
  return {
    parse,
    read: async (store, name) => parse(name, await store.read(name, options)),
    async commit(store, name, content) {
      const bytes = jsonBytes(content);
      if (await createIfAbsent(store, name, bytes)) return 'committed';
      return bytes.equals(await store.read(name, options)) ? 'committed' : 'taken';
    },
  };
}

export function jsonBytes(content: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(content)}\n`);
}

/** false where the name is taken. Key: the name. */
export async function createIfAbsent(store: ObjectStore, name: string, bytes: Uint8Array): Promise<boolean> {
  try {
    await store.write(name, bytes, { ifAbsent: true });
    return true;
  } catch (error) {
    if (isMarketsError(error, 'STORE_EXISTS')) return false;
    throw error;
  }
}

export function notOfKind(
  { what, expected, code = 'STREAM_STATE' }: Pick<StoredJsonKind<TSchema>, 'what' | 'expected' | 'code'>,
  found: string,
): MarketsError {
  return new MarketsError(code, `An object is ${what}.`, {
    expected,
    found,
    next: 'Restore the object from the copy of the bucket; nothing may change what lies there.',
  });
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
  } catch {
    return undefined;
  }
}

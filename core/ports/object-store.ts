/**
 * The object store: named, immutable generations of bytes under a root. Every adapter runs object-store.contract.ts.
 *
 * Names are relative to the root, '/'-separated, without empty, '.' or '..' segments; an adapter refuses others with
 * STORE_NAME. A generation is an opaque string that changes with every write of a name; it is not ordered.
 * Missing objects are STORE_NOT_FOUND, broken preconditions STORE_EXISTS or STORE_PRECONDITION.
 */
import type { Readable } from 'node:stream';

export interface ObjectInfo {
  readonly name: string;
  readonly sizeBytes: number;
  readonly generation: string;
  /** The store's own clock, milliseconds since the epoch: the only clock that leases and settling trust. */
  readonly updatedAtMs: number;
}

export interface ReadOptions {
  /** Fails with STORE_PRECONDITION when the object is no longer this generation. */
  readonly generation?: string;
  /** First byte (0-based). */
  readonly start?: number;
  /** Byte after the last one. */
  readonly end?: number;
}

export interface WrittenObject extends ObjectInfo {
  /** CRC32C of the bytes as 8 lower-case hex digits, computed while writing and checked against the store's own. */
  readonly crc32c: string;
}

export type WriteCondition =
  /** Create only; STORE_EXISTS when the name is taken. The one condition that every store enforces: locks rest on it. */
  | { readonly ifAbsent: true }
  /** Replace whatever is there. Only for objects that are derived and may be made again. */
  | { readonly overwrite: true };

export interface ObjectStore {
  /** A name for messages: a folder path or a URL. */
  readonly description: string;
  /** Objects whose names start with `prefix`, in ascending byte order of the name; pages are fetched as needed. */
  list(prefix: string): AsyncIterable<ObjectInfo>;
  /** undefined when there is no such object. */
  stat(name: string): Promise<ObjectInfo | undefined>;
  readStream(name: string, options?: ReadOptions): Promise<Readable>;
  /** The whole object; refuses more than `maxBytes` (default 16 MiB). */
  read(name: string, options?: ReadOptions & { readonly maxBytes?: number }): Promise<Buffer>;
  /** Visible whole or not at all. */
  write(name: string, content: Uint8Array | Readable, condition: WriteCondition): Promise<WrittenObject>;
  /** Copies within the store when the target is absent; the answer carries the CRC32C of what was written. */
  copy(from: string, to: string, options: { readonly sourceGeneration: string }): Promise<WrittenObject>;
  /** Deletes that generation only; nothing happens when the object is gone already. */
  delete(name: string, options: { readonly generation: string }): Promise<void>;
  /** The store's clock, milliseconds since the epoch. */
  now(): Promise<number>;
  /**
   * A local path that has the object's bytes for programs that need a file (DuckDB, a validation child), or undefined
   * where objects are remote and must be spooled.
   */
  localPath(name: string): string | undefined;
  /** The address by which a warehouse loads the object itself (gs://BUCKET/NAME), or undefined where it cannot reach it. */
  uri(name: string): string | undefined;
}

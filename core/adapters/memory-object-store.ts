/** Objects in memory, for tests and dry runs: the same contract, and a clock that a test can move. */
import { Readable } from 'node:stream';
import { MarketsError } from '../errors/markets-error.ts';
import { collect, meterContent } from '../ports/object-content.ts';
import { checkObjectName, compareNames } from '../ports/object-name.ts';
import type { ObjectInfo, ObjectStore, ReadOptions, WriteCondition, WrittenObject } from '../ports/object-store.ts';

const READ_BYTES_MAX = 16 * 1024 * 1024;

interface Held {
  readonly info: ObjectInfo;
  readonly bytes: Buffer;
}

export interface MemoryStoreOptions {
  /** Milliseconds since the epoch; the machine's clock by default. */
  readonly clockMs?: () => number;
}

export function createMemoryObjectStore(options: MemoryStoreOptions = {}): ObjectStore {
  const clockMs = options.clockMs ?? Date.now;
  const objects = new Map<string, Held>();
  let generations = 0;

  function held(name: string, generation?: string): Held {
    checkObjectName(name);
    const found = objects.get(name);
    if (found === undefined) throw new MarketsError('STORE_NOT_FOUND', `There is no object ${name}.`);
    if (generation !== undefined && found.info.generation !== generation) throw changed(name);
    return found;
  }

  async function put(name: string, content: Uint8Array | Readable, condition: WriteCondition): Promise<WrittenObject> {
    checkObjectName(name);
    const meter = meterContent(content);
    const bytes = await collect(meter.chunks);
    if ('ifAbsent' in condition && objects.has(name)) {
      throw new MarketsError('STORE_EXISTS', `The object ${name} exists already.`);
    }
    generations += 1;
    const info = { name, sizeBytes: bytes.length, generation: String(generations), updatedAtMs: clockMs() };
    objects.set(name, { info, bytes: Buffer.from(bytes) });
    return { ...info, crc32c: meter.crc32c() };
  }

  function slice(name: string, read: ReadOptions): Buffer {
    return held(name, read.generation).bytes.subarray(read.start ?? 0, read.end);
  }

  return {
    description: 'memory',
    async *list(prefix) {
      const names = [...objects.keys()].filter((name) => name.startsWith(prefix)).sort(compareNames);
      for (const name of names) {
        const found = objects.get(name);
        if (found !== undefined) yield await Promise.resolve(found.info);
      }
    },
    async stat(name) {
      checkObjectName(name);
      return await Promise.resolve(objects.get(name)?.info);
    },
    async readStream(name, read = {}) {
      return await Promise.resolve(Readable.from([Buffer.from(slice(name, read))], { objectMode: false }));
    },
    async read(name, read = {}) {
      const bytes = slice(name, read);
      if (bytes.length > (read.maxBytes ?? READ_BYTES_MAX)) throw tooLarge(name, bytes.length);
      return await Promise.resolve(Buffer.from(bytes));
    },
    write: put,
    async copy(from, to, { sourceGeneration }) {
      return await put(to, held(from, sourceGeneration).bytes, { ifAbsent: true });
    },
    async delete(name, { generation }) {
      checkObjectName(name);
      const found = objects.get(name);
      if (found !== undefined && found.info.generation !== generation) throw changed(name);
      objects.delete(name);
      await Promise.resolve();
    },
    now: async () => await Promise.resolve(clockMs()),
    localPath: () => undefined,
    uri: () => undefined,
  };
}

function changed(name: string): MarketsError {
  return new MarketsError('STORE_PRECONDITION', `The object ${name} is no longer the generation that was expected.`);
}

function tooLarge(name: string, sizeBytes: number): MarketsError {
  return new MarketsError('STORE_TOO_LARGE', `The object ${name} is larger than the reader allows.`, {
    found: `${String(sizeBytes)} bytes`,
  });
}

/** A remote folder whose connection breaks at its n-th operation, before or after it is done; every operation after it fails too. */
import { MarketsError } from '../../../core/errors/markets-error.ts';
import type { RemoteFolder, RemoteSession } from '../../../core/ports/remote-folder.ts';

export interface BreakingRemote {
  readonly remote: RemoteFolder;
  operations(): number;
}

export function breakingRemote(inner: RemoteFolder, at: number, when: 'before' | 'after' | 'half'): BreakingRemote {
  let operations = 0;
  const broken = (): MarketsError => new MarketsError('REMOTE_UNAVAILABLE', 'The connection broke.');
  async function operate<T>(work: () => Promise<T>): Promise<T> {
    operations += 1;
    if (operations > at || (operations === at && when !== 'after')) throw broken();
    const result = await work();
    if (operations >= at) throw broken();
    return result;
  }
  const around = (session: RemoteSession): RemoteSession => ({
    size: async (path) => await operate(async () => await session.size(path)),
    list: async (folder) => await operate(async () => await session.list(folder)),
    read: async function* (path, bytes) {
      yield* await operate(async () => await Promise.resolve(session.read(path, bytes)));
    },
    write: async (path, content, start) => {
      // What was on its way when the connection broke has arrived in part.
      if (when === 'half' && operations + 1 === at) await session.write(path, firstHalf(content), start);
      await operate(async () => await session.write(path, content, start));
    },
    rename: async (from, to) => await operate(async () => await session.rename(from, to)),
    remove: async (path) => await operate(async () => await session.remove(path)),
    close: async () => await session.close(),
  });
  return {
    operations: () => operations,
    remote: { description: inner.description, connect: async () => await operate(async () => around(await inner.connect())) },
  };
}

async function* firstHalf(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of content) {
    yield chunk.subarray(0, Math.ceil(chunk.length / 2));
    return;
  }
}

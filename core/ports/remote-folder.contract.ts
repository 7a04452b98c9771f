/** What every remote folder does. */
import { describe, expect, it } from 'vitest';
import { collect } from './object-content.ts';
import type { RemoteFolder, RemoteSession } from './remote-folder.ts';

async function* chunksOf(...texts: readonly (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield await Promise.resolve(Buffer.from(text));
}

/** `open` gives a remote folder that is empty but for a folder `inbox`. */
export function remoteFolderContract(name: string, open: () => Promise<RemoteFolder>): void {
  const inSession = async (work: (session: RemoteSession) => Promise<void>): Promise<void> => {
    const session = await (await open()).connect();
    try {
      await work(session);
    } finally {
      await session.close();
    }
  };

  describe(name, () => {
    it('writes, reads, lists, renames and removes', async () => {
      await inSession(async (session) => {
        expect(await session.size('inbox/a')).toBeUndefined();
        await session.write('inbox/a', chunksOf('one,', 'two'), 0);
        expect(await session.size('inbox/a')).toBe(7);
        expect((await collect(session.read('inbox/a'))).toString()).toBe('one,two');
        expect((await collect(session.read('inbox/a', 3))).toString()).toBe('one');
        await session.rename('inbox/a', 'inbox/b');
        expect(await session.list('inbox')).toEqual([{ name: 'b', sizeBytes: 7 }]);
        expect(await session.list('.')).toEqual([]);
        await session.remove('inbox/b');
        await session.remove('inbox/b');
        expect(await session.list('inbox')).toEqual([]);
      });
    });

    it('goes on with a file that is there, and keeps what it holds before', async () => {
      await inSession(async (session) => {
        await session.write('inbox/a', chunksOf('onexxx'), 0);
        await session.write('inbox/a', chunksOf(',two,', 'three'), 3);
        expect((await collect(session.read('inbox/a'))).toString()).toBe('one,two,three');
        await expect(session.write('inbox/nothing', chunksOf('x'), 3)).rejects.toMatchObject({ code: 'REMOTE_NOT_FOUND' });
      });
    });

    it('carries megabytes and nothing at all', async () => {
      const large = Buffer.alloc(5_000_001, 'carried ');
      await inSession(async (session) => {
        await session.write('inbox/large', chunksOf(large.subarray(0, 70_000), large.subarray(70_000)), 0);
        expect((await collect(session.read('inbox/large'))).equals(large)).toBe(true);
        await session.write('inbox/empty', chunksOf(), 0);
        expect(await session.size('inbox/empty')).toBe(0);
        expect(await collect(session.read('inbox/empty'))).toHaveLength(0);
      });
    });

    it('never replaces a file, by writing or by renaming', async () => {
      await inSession(async (session) => {
        await session.write('inbox/a', chunksOf('a'), 0);
        await session.write('inbox/b', chunksOf('b'), 0);
        await expect(session.write('inbox/a', chunksOf('other'), 0)).rejects.toMatchObject({ code: 'REMOTE_EXISTS' });
        await expect(session.rename('inbox/b', 'inbox/a')).rejects.toMatchObject({ code: 'REMOTE_EXISTS' });
        expect((await collect(session.read('inbox/a'))).toString()).toBe('a');
        expect((await collect(session.read('inbox/b'))).toString()).toBe('b');
      });
    });

    it('lets one of two renames of the same file succeed, and the other leaves nothing', async () => {
      await inSession(async (session) => {
        for (let round = 0; round < 20; round += 1) {
          await session.write('inbox/from', chunksOf(String(round)), 0);
          const names = ['left', 'right'];
          const ends = await Promise.allSettled(names.map(async (name) => await session.rename('inbox/from', `inbox/${name}`)));
          expect(ends.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
          const kept = names[ends.findIndex(({ status }) => status === 'fulfilled')] ?? '';
          expect(await session.list('inbox')).toEqual([{ name: kept, sizeBytes: String(round).length }]);
          await session.remove(`inbox/${kept}`);
        }
      });
    });

    it('lets one of two renames to the same name succeed', async () => {
      await inSession(async (session) => {
        for (let round = 0; round < 5; round += 1) {
          const sources = ['x', 'y', 'z'].map((word) => `inbox/${word}-${String(round)}`);
          for (const source of sources) await session.write(source, chunksOf(source), 0);
          const ends = await Promise.allSettled(sources.map(async (source) => await session.rename(source, `inbox/end-${String(round)}`)));
          expect(ends.filter((end) => end.status === 'fulfilled')).toHaveLength(1);
          const winner = sources[ends.findIndex((end) => end.status === 'fulfilled')] ?? '';
          expect((await collect(session.read(`inbox/end-${String(round)}`))).toString()).toBe(winner);
        }
      });
    });

    it('says what is not there', async () => {
      await inSession(async (session) => {
        await expect(collect(session.read('inbox/nothing'))).rejects.toMatchObject({ code: 'REMOTE_NOT_FOUND' });
        await expect(session.rename('inbox/nothing', 'inbox/b')).rejects.toMatchObject({ code: 'REMOTE_NOT_FOUND' });
        await expect(session.list('nowhere')).rejects.toMatchObject({ code: 'REMOTE_NOT_FOUND' });
        await expect(session.write('nowhere/a', chunksOf('x'), 0)).rejects.toMatchObject({ code: 'REMOTE_NOT_FOUND' });
      });
    });

    it('refuses paths that lead elsewhere', async () => {
      await inSession(async (session) => {
        for (const path of ['../a', 'inbox/../../a', 'inbox//a', './a', '', 'a\0b']) {
          await expect(session.size(path), path).rejects.toMatchObject({ code: 'REMOTE_REFUSED' });
          await expect(session.write(path, chunksOf('x'), 0), path).rejects.toMatchObject({ code: 'REMOTE_REFUSED' });
        }
      });
    });

    it('ends what was not fed to its end with the error of its source', async () => {
      await inSession(async (session) => {
        async function* broken(): AsyncGenerator<Uint8Array> {
          yield* chunksOf('half');
          throw new Error('the source broke');
        }
        await expect(session.write('inbox/a', broken(), 0)).rejects.toThrow('the source broke');
        expect((await collect(session.read('inbox/a'))).toString()).toBe('half');
      });
    });

    it('is of no use when it is closed', async () => {
      const session = await (await open()).connect();
      await session.close();
      await session.close();
      await expect(session.size('inbox/a')).rejects.toMatchObject({ code: 'REMOTE_UNAVAILABLE' });
    });
  });
}

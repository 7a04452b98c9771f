import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, lstatSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { spool } from './scratch-folder.ts';

let folder: string;
let original: string;
let spooled: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'scratch-'));
  original = join(folder, 'original');
  spooled = join(folder, 'spooled');
  writeFileSync(original, 'as delivered');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('the input of a process', () => {
  it('is a copy, which keeps its bytes when the original is written to', async () => {
    await spool({ path: original }, spooled);
    writeFileSync(original, 'changed later');
    expect(readFileSync(spooled, 'utf8')).toBe('as delivered');
  });

  it('is a second name of a file that nobody writes to, and the file stays when that name goes', async () => {
    await spool({ path: original, isPrivate: true }, spooled);
    expect(statSync(spooled).ino).toBe(statSync(original).ino);
    rmSync(spooled);
    expect(readFileSync(original, 'utf8')).toBe('as delivered');
  });

  it('is never a symbolic link, which would lead out of the folder of the process', async () => {
    const link = join(folder, 'link');
    symlinkSync(original, link);
    await spool({ path: link, isPrivate: true }, spooled);
    expect(lstatSync(spooled).isFile()).toBe(true);
    expect(readFileSync(spooled, 'utf8')).toBe('as delivered');
  });

  it('may come as a stream', async () => {
    await spool({ stream: Readable.from([Buffer.from('as '), Buffer.from('delivered')]) }, spooled);
    expect(readFileSync(spooled, 'utf8')).toBe('as delivered');
  });

  it('fails where there is no such file', async () => {
    await expect(spool({ path: join(folder, 'none'), isPrivate: true }, spooled)).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(spool({ path: join(folder, 'none') }, spooled)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

/** Against OpenSSH's own server. */
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { serverOrSkip } from '../../../test/servers/server-tool.ts';
import { SSHD, startSshd, type Sshd } from '../../../test/servers/sshd.ts';
import { remoteFolderContract } from '../../ports/remote-folder.contract.ts';
import type { RemoteFolder } from '../../ports/remote-folder.ts';
import { SecretText } from '../../ports/secrets.ts';
import type { SftpOptions } from './sftp-connection.ts';
import { createSftpRemoteFolder } from './sftp-remote-folder.ts';

let sshd: Sshd;

function folderOf(server: Sshd, changes: Partial<SftpOptions> = {}): RemoteFolder {
  const { host, port, username, fingerprint } = server;
  return createSftpRemoteFolder({
    ...{ host, port, username, hostKeys: [fingerprint], timeoutMs: 10_000 },
    credentials: async () => await Promise.resolve({ privateKey: new SecretText(server.privateKey), passphrase: null }),
    ...changes,
  });
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}

serverOrSkip(SSHD, 'SFTP to an OpenSSH server', () => {
  beforeAll(async () => {
    sshd = await startSshd();
  });
  afterAll(async () => {
    await sshd.stop();
  });
  beforeEach(async () => {
    for (const name of await readdir(sshd.folder)) await rm(join(sshd.folder, name), { recursive: true });
    await mkdir(join(sshd.folder, 'inbox'));
  });

  remoteFolderContract('a folder over SFTP', async () => await Promise.resolve(folderOf(sshd)));

  test('the server is known by its whole key too', async () => {
    const session = await folderOf(sshd, { hostKeys: [sshd.hostKey] }).connect();
    expect(await session.list('.')).toEqual([]);
    await session.close();
  });

  test('a server with another key is not talked to', async () => {
    const other = `SHA256:${'A'.repeat(43)}`;
    for (const hostKeys of [[other], []]) {
      await expect(folderOf(sshd, { hostKeys }).connect()).rejects.toMatchObject({ code: 'REMOTE_HOST_KEY', found: sshd.fingerprint });
    }
  });

  test('a key under a passphrase is opened with it, and with no other', async () => {
    const with_ = (passphrase: string | null): Partial<SftpOptions> => ({
      credentials: async () =>
        await Promise.resolve({
          privateKey: new SecretText(sshd.encryptedKey),
          passphrase: passphrase === null ? null : new SecretText(passphrase),
        }),
    });
    const session = await folderOf(sshd, with_(sshd.passphrase)).connect();
    await session.close();
    for (const passphrase of [null, 'another']) {
      await expect(folderOf(sshd, with_(passphrase)).connect()).rejects.toMatchObject({ code: 'REMOTE_AUTHENTICATION' });
    }
  });

  test('a password or a user that the server does not take is a refusal', async () => {
    const credentials: SftpOptions['credentials'] = async () => await Promise.resolve({ password: new SecretText('wrong') });
    await expect(folderOf(sshd, { credentials }).connect()).rejects.toMatchObject({ code: 'REMOTE_AUTHENTICATION' });
    await expect(folderOf(sshd, { username: 'nobody-of-this-name' }).connect()).rejects.toMatchObject({ code: 'REMOTE_AUTHENTICATION' });
  });

  test('a server that dies ends what is under way, and a new connection works when it is back', async () => {
    const session = await folderOf(sshd).connect();
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (let piece = 0; piece < 100; piece += 1) {
        if (piece === 3) await sshd.kill();
        yield Buffer.alloc(100_000, piece);
      }
    }
    await expect(session.write('inbox/a', endless(), 0)).rejects.toMatchObject({ code: 'REMOTE_UNAVAILABLE' });
    await session.close();
    await expect(folderOf(sshd).connect()).rejects.toMatchObject({ code: 'REMOTE_UNAVAILABLE' });
    await sshd.start();
    const again = await folderOf(sshd).connect();
    expect((await again.list('inbox')).map(({ name }) => name)).toEqual(['a']);
    await again.close();
  });

  test('a server that may only be read refuses to be written to', async () => {
    const reading = await startSshd({ sftp: '-R' });
    try {
      const session = await folderOf(reading).connect();
      await expect(session.write('inbox/a', once(Buffer.from('a')), 0)).rejects.toMatchObject({ code: 'REMOTE_REFUSED' });
      await session.close();
    } finally {
      await reading.stop();
    }
  });

  test('a server whose disk is full refuses, and keeps what it took', async () => {
    const full = await startSshd({ fileBlocksMax: 256 });
    try {
      const session = await folderOf(full).connect();
      await expect(session.write('inbox/a', once(Buffer.alloc(1_000_000)), 0)).rejects.toMatchObject({ code: 'REMOTE_REFUSED' });
      expect(await session.size('inbox/a')).toBe(262_144);
      await session.close();
    } finally {
      await full.stop();
    }
  });
});

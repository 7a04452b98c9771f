/** OpenSSH's server in a folder of its own, on a free port, for one key of one user: the one that runs the tests. */
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from './free-port.ts';
import { isListening, startServer, type RunningServer } from './server-process.ts';
import { programOf, programOnPath, type ServerTool } from './server-tool.ts';

export const SSHD: ServerTool = {
  name: 'sshd',
  needs: 'openssh-server (root with apt-get installs it)',
  find: () => programOnPath('sshd'),
};

export interface SshdOptions {
  /** Words behind `internal-sftp`, e.g. -R for one that only reads. */
  readonly sftp?: string;
  /** Files cannot grow beyond so many blocks of 1 KiB: what a full disk does to a writer. */
  readonly fileBlocksMax?: number;
}

export interface Sshd {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  /** SHA256:... of its only host key. */
  readonly fingerprint: string;
  /** The host key as a line of known_hosts has it. */
  readonly hostKey: string;
  readonly privateKey: string;
  /** The same key under a passphrase. */
  readonly encryptedKey: string;
  readonly passphrase: string;
  /** Folder of this machine that paths of the login count from; it holds `inbox` and `outbox`. */
  readonly folder: string;
  output(): string;
  /** Kills the server and every session of it; `start` brings it back on the same port. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** Another host key from the next start on. */
  changeHostKey(): Promise<void>;
  stop(): Promise<void>;
}

const run = promisify(execFile);
const PASSPHRASE = 'a passphrase of tests';

export async function startSshd(options: SshdOptions = {}): Promise<Sshd> {
  const folder = await mkdtemp(join(tmpdir(), 'markets-sshd-'));
  const home = join(folder, 'home');
  await mkdir(join(home, 'inbox'), { recursive: true });
  await mkdir(join(home, 'outbox'));
  await makeKey(folder, 'host');
  await makeKey(folder, 'user');
  await makeKey(folder, 'locked', PASSPHRASE);
  const keys = await Promise.all(['user.pub', 'locked.pub'].map(async (name) => await readFile(join(folder, name), 'utf8')));
  await writeFile(join(folder, 'authorized_keys'), keys.join(''));
  const port = await freePort();
  await writeFile(join(folder, 'sshd_config'), configuration(folder, home, port, options));
  let server = await start(folder, port, options);
  const { stdout } = await run('ssh-keygen', ['-l', '-f', join(folder, 'host.pub')]);
  return {
    host: '127.0.0.1',
    port,
    username: userInfo().username,
    fingerprint: stdout.split(' ')[1] ?? '',
    hostKey: (await readFile(join(folder, 'host.pub'), 'utf8')).split(' ').slice(0, 2).join(' ').trim(),
    privateKey: await readFile(join(folder, 'user'), 'utf8'),
    encryptedKey: await readFile(join(folder, 'locked'), 'utf8'),
    passphrase: PASSPHRASE,
    folder: home,
    output: () => server.output(),
    kill: async () => await endWithSessions(server, async () => await server.kill()),
    start: async () => {
      server = await start(folder, port, options);
    },
    changeHostKey: async () => {
      await rm(join(folder, 'host'));
      await rm(join(folder, 'host.pub'));
      await makeKey(folder, 'host');
    },
    stop: async () => {
      await endWithSessions(server, async () => await server.stop());
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A session is a process in a group of its own, which outlives the server and keeps its output open. */
async function endWithSessions(server: RunningServer, end: () => Promise<void>): Promise<void> {
  const sessions = await descendantsOf(server.pid);
  const ended = end();
  for (const pid of sessions) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // Gone already.
    }
  }
  await ended;
}

async function descendantsOf(pid: number): Promise<readonly number[]> {
  const text = await readFile(`/proc/${String(pid)}/task/${String(pid)}/children`, 'utf8').catch(() => '');
  const children = text
    .split(' ')
    .filter((word) => word !== '')
    .map(Number);
  const deeper = await Promise.all(children.map(descendantsOf));
  return [...children, ...deeper.flat()];
}

async function makeKey(folder: string, name: string, passphrase = ''): Promise<void> {
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', passphrase, '-C', name, '-f', join(folder, name)]);
  await chmod(join(folder, name), 0o600);
}

function configuration(folder: string, home: string, port: number, { sftp = '' }: SshdOptions): string {
  return [
    `Port ${String(port)}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${join(folder, 'host')}`,
    `AuthorizedKeysFile ${join(folder, 'authorized_keys')}`,
    `PidFile ${join(folder, 'sshd.pid')}`,
    'StrictModes no',
    'UsePAM no',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'PermitRootLogin prohibit-password',
    'LogLevel VERBOSE',
    `Subsystem sftp internal-sftp -d ${home} ${sftp}`,
    '',
  ].join('\n');
}

async function start(folder: string, port: number, { fileBlocksMax }: SshdOptions): Promise<RunningServer> {
  // Root's sshd gives up its rights for a while into this folder.
  if (process.getuid?.() === 0) await mkdir('/run/sshd', { recursive: true });
  const limit = fileBlocksMax === undefined ? '' : `trap '' XFSZ; ulimit -f ${String(fileBlocksMax)}; `;
  return await startServer({
    name: 'sshd',
    program: 'bash',
    // sshd must be called by its whole path: it starts itself anew for every connection.
    words: ['-c', `${limit}exec "$0" -D -e -f "$1"`, programOf(SSHD), join(folder, 'sshd_config')],
    isReady: async () => await isListening(port),
  });
}

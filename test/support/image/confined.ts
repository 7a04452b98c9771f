/**
 * A program as a container with a read-only root file system has it: a user that is not root and has no capabilities, and nothing of the machine
 * can be written but the named folders. By namespaces of the kernel, without Docker; Linux only.
 */
import { spawn, spawnSync } from 'node:child_process';

export interface Ended {
  readonly status: number | null;
  readonly output: string;
}

export interface Confinement {
  /** `65532:65532`. */
  readonly user: string;
  /** Folders that can be written; everything else is read-only. */
  readonly writable: readonly string[];
  readonly workingFolder: string;
  readonly environment: Readonly<Record<string, string>>;
}

const TIMEOUT_MS = 300_000;

/** Whether this machine lets a process have namespaces of its own. */
export function canConfine(): boolean {
  return spawnSync('unshare', ['--user', '--map-root-user', '--mount', 'mount', '-o', 'remount,bind,ro', '/']).status === 0;
}

export async function runConfined(command: readonly string[], confinement: Confinement): Promise<Ended> {
  const [user, group] = confinement.user.split(':');
  const script =
    'while [ "$1" != -- ]; do mount --bind "$1" "$1" || exit 125; shift; done; shift; mount -o remount,bind,ro / || exit 125; exec "$@"';
  const inner = ['unshare', '--user', `--map-user=${user ?? ''}`, `--map-group=${group ?? user ?? ''}`, '--', ...command];
  const words = ['--user', '--map-root-user', '--mount', 'sh', '-c', script, 'sh', ...confinement.writable, '--', ...inner];
  const child = spawn('unshare', words, {
    cwd: confinement.workingFolder,
    env: confinement.environment,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: TIMEOUT_MS,
  });
  const chunks: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  return await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => {
      resolve({ status, output: Buffer.concat(chunks).toString('utf8') });
    });
  });
}

/**
 * What a validation process may touch: our own code and packages (read), its input folder (read), its output folder (read
 * and write). No other file, no child process, no add-on, nothing of its parent's environment. Node's permission model does not cover the
 * network: see docs/security.md for what is left open and who closes it.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The folder that holds core/ and node_modules/. */
const CODE_FOLDER = realpathSync(fileURLToPath(new URL('../../..', import.meta.url)));

/**
 * All that stands in the environment besides the compile cache: how glibc hands out memory. One arena, and every larger
 * block a mapping of its own that goes back to the system when it is freed; by default freed page buffers stay with the
 * process. Other C libraries do not read them.
 */
const ALLOCATION = { MALLOC_ARENA_MAX: '1', MALLOC_MMAP_THRESHOLD_: '2097152', MALLOC_TRIM_THRESHOLD_: '4194304' } as const;

export interface ChildFolders {
  readonly input: string;
  readonly output: string;
  /** The compile cache that is lent to the process, which may write there; null where it starts without one. */
  readonly cache: string | null;
}

/** Starts `entry` confined to `folders`, which exist. Its standard error is a pipe, IPC is by structured clone. */
export function forkConfined(entry: URL, folders: ChildFolders, parameters: readonly string[] = []): ChildProcess {
  // A grant follows symbolic links, so links are resolved before they are granted.
  const input = realpathSync(folders.input);
  const output = realpathSync(folders.output);
  const readable = [`${CODE_FOLDER}/core/*`, `${CODE_FOLDER}/node_modules/*`, `${CODE_FOLDER}/package.json`, `${input}/*`];
  const writable = [`${output}/*`];
  if (folders.cache !== null) writable.push(`${realpathSync(folders.cache)}/*`);
  return fork(fileURLToPath(entry), parameters, {
    execArgv: [
      '--permission',
      // Threads share the denials of their process.
      '--allow-worker',
      ...[...readable, ...writable].map((path) => `--allow-fs-read=${path}`),
      ...writable.map((path) => `--allow-fs-write=${path}`),
      // The engine's garbage is short-lived: a larger young generation gains no speed and lets memory grow with the file.
      '--max-semi-space-size=4',
      // What is called for bad rows alone is not worth the dearest compiler, which takes more time than it gains there; loops over bytes
      // and rows reach it all the same.
      '--invocation-count-for-turbofan=40000',
      '--disable-warning=ExperimentalWarning',
      '--disable-warning=SecurityWarning',
    ],
    env: { ...ALLOCATION, ...(folders.cache === null ? {} : { NODE_COMPILE_CACHE: realpathSync(folders.cache) }) },
    cwd: input,
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
}

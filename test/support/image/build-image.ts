/**
 * Runs the steps of a Dockerfile without Docker: every stage in an empty folder that stands for its file system, COPY from the files that
 * .dockerignore lets through, RUN by the shell with the paths of WORKDIR and ENV below that folder. A base image is stood in for by this machine's
 * programs; what a step takes from one by name has to be named in `machine`. Layers, users of the base and its system packages are not tried.
 */
import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { parseDockerIgnore, type IsIgnored } from './docker-ignore.ts';
import { pairsOf, parseDockerfile, type Instruction, type Stage } from './dockerfile.ts';

const STEP_TIMEOUT_MS = 600_000;

export interface BuiltImage {
  /** The folder that stands for `/`. */
  readonly root: string;
  readonly workingFolder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly user: string;
  readonly entrypoint: readonly string[];
}

export interface BuildOptions {
  /** The build's context. */
  readonly context: string;
  readonly dockerfile: string;
  /** Empty; the stages' folders come here. */
  readonly scratch: string;
  /** Path in a base image -> the same file of this machine. */
  readonly machine: Readonly<Record<string, string>>;
  /** Stages that another image, which begins with the same ones, has made in `scratch` already. */
  readonly made?: readonly string[];
}

interface State {
  readonly root: string;
  workingFolder: string;
  environment: Record<string, string>;
  user: string;
  entrypoint: readonly string[];
}

export async function buildImage(options: BuildOptions): Promise<BuiltImage> {
  const stages = parseDockerfile(await readFile(join(options.context, options.dockerfile), 'utf8'));
  const isIgnored = parseDockerIgnore(await readFile(join(options.context, '.dockerignore'), 'utf8'));
  let last: State | undefined;
  const isMade = ({ name }: Stage): boolean => options.made?.includes(name) === true;
  for (const stage of stages.filter((each) => !isMade(each))) last = await buildStage(stage, options, isIgnored);
  if (last === undefined) throw new Error(`expected a stage in ${options.dockerfile}, found none`);
  return last;
}

async function buildStage(stage: Stage, options: BuildOptions, isIgnored: IsIgnored): Promise<State> {
  const state: State = { root: join(options.scratch, stage.name), workingFolder: '/', environment: {}, user: 'root', entrypoint: [] };
  await mkdir(join(state.root, 'tmp'), { recursive: true });
  for (const instruction of stage.instructions) await step(state, instruction, options, isIgnored);
  return state;
}

async function step(state: State, { word, flags, text }: Instruction, options: BuildOptions, isIgnored: IsIgnored): Promise<void> {
  if (word === 'WORKDIR') {
    state.workingFolder = text;
    await mkdir(join(state.root, text), { recursive: true });
  } else if (word === 'ENV') {
    // A path of the image is below the stage's folder here.
    for (const [name, value] of Object.entries(pairsOf(text))) {
      state.environment[name] = value.startsWith('/') ? join(state.root, value) : value;
    }
  } else if (word === 'USER') state.user = text;
  else if (word === 'ENTRYPOINT') state.entrypoint = JSON.parse(text) as readonly string[];
  else if (word === 'RUN') await runStep(state, text);
  else if (word === 'COPY') await copyStep(state, flags['from'], text.split(/\s+/), options, isIgnored);
}

async function runStep(state: State, command: string): Promise<void> {
  const env = { ...process.env, ...state.environment, PATH: `${join(state.root, 'usr/local/bin')}:${process.env['PATH'] ?? ''}` };
  await promisify(execFile)('sh', ['-c', command], { cwd: join(state.root, state.workingFolder), env, timeout: STEP_TIMEOUT_MS });
}

async function copyStep(
  state: State,
  from: string | undefined,
  words: readonly string[],
  options: BuildOptions,
  isIgnored: IsIgnored,
): Promise<void> {
  const target = words.at(-1) ?? '';
  const isFolder = target.endsWith('/') || words.length > 2;
  for (const source of words.slice(0, -1)) {
    const into = join(state.root, target.startsWith('/') ? '' : state.workingFolder, target, isFolder ? basename(source) : '');
    await mkdir(dirname(into), { recursive: true });
    if (from === undefined) await copyFromContext(options.context, source, into, isIgnored);
    else await cp(await pathInStage(options, from, source), into, { recursive: true, verbatimSymlinks: true });
  }
}

async function copyFromContext(context: string, source: string, into: string, isIgnored: IsIgnored): Promise<void> {
  let files = 0;
  await cp(join(context, source), into, {
    recursive: true,
    filter: async (path) => {
      // A folder that is ignored may hold what is not.
      if ((await stat(path)).isDirectory()) return true;
      const isKept = !isIgnored(relative(context, path));
      if (isKept) files += 1;
      return isKept;
    },
  });
  if (files === 0) throw new Error(`expected files at ${source} that .dockerignore lets through, found none`);
}

/** What an earlier stage made, or what its base image brings. */
async function pathInStage({ scratch, machine }: BuildOptions, stage: string, path: string): Promise<string> {
  const made = join(scratch, stage, path);
  const isMade = await stat(made).then(
    () => true,
    () => false,
  );
  const found = isMade ? made : machine[path];
  if (found === undefined) throw new Error(`expected ${path} in the stage ${stage} or among what a base image brings, found neither`);
  return found;
}

/**
 * What dbt is asked to build. After a build that was good as a whole, with the project unchanged, only two things can be new: events, and loads that
 * staging has not read. So first the control models are built, then only what lies downstream of sources with unread loads: the same
 * rows as building everything, in half the time. Anything else (first build, changed project, a build that failed or was killed,
 * a dbt command that someone else ran) builds everything.
 */
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isMarketsError } from '../../core/errors/markets-error.ts';
import type { DbtAnswer, DbtWorker } from './dbt-process.ts';
import type { AssembledProject } from './project/assemble-project.ts';
import { warehousePath } from './snapshot.ts';

export interface BuildOptions {
  readonly rootFolder: string;
  readonly project: AssembledProject;
  readonly fullRefresh: boolean;
  readonly allTests: boolean;
}

const ALWAYS = ['--profiles-dir', '.', '--project-dir', '.', '--quiet', '--no-write-json', '--log-level-file', 'none'];
const CONTROL = ['path:models/control', 'path:models/generated/control'];
/** Looks at many models: selected by its name, since no part of the project holds all that it reads. */
const COUNT_TEST = 'records_match_loads';

const SOURCES_WITH_UNREAD_LOADS = `
  select distinct loads.source
  from control.loads as loads
  inner join control.sources as sources on sources.source_name = loads.source
  where not exists (
    select 1 from control.model_inputs as inputs
    where inputs.model = 'stg_' || loads.source and inputs.input = loads.load_id
  )
  order by loads.source`;

/** Everything that dbt did, as one answer; the first part that fails ends it. */
export async function build(options: BuildOptions, worker: DbtWorker): Promise<DbtAnswer> {
  const { rootFolder, project, fullRefresh, allTests } = options;
  const isWhole = !fullRefresh && !allTests && (await isWholeWarehouse(rootFolder, project, worker));
  await removeMarker(rootFolder);
  const run = async (words: readonly string[]): Promise<DbtAnswer> =>
    await worker.run({ folder: project.folder, digest: project.digest, arguments: ['build', ...ALWAYS, ...words] });
  const everything = [...(fullRefresh ? ['--full-refresh'] : []), ...(allTests ? [] : ['--exclude', 'tag:daily', 'test_type:unit'])];
  const answer = isWhole ? await buildUnread(rootFolder, worker, run) : await run(everything);
  if (answer.success) await writeFile(markerPath(rootFolder), await markerText(rootFolder, project, worker));
  return answer;
}

async function buildUnread(
  rootFolder: string,
  worker: DbtWorker,
  run: (words: readonly string[]) => Promise<DbtAnswer>,
): Promise<DbtAnswer> {
  const only = ['--indirect-selection', 'cautious', '--exclude', 'tag:daily', 'test_type:unit', '--select'];
  const control = await run([...only, ...CONTROL]);
  if (!control.success) return control;
  const unread = await worker.read(warehousePath(rootFolder), SOURCES_WITH_UNREAD_LOADS);
  if (unread.length === 0) return control;
  const data = await run([...only, ...unread.map(([source]) => `stg_${String(source)}+`), COUNT_TEST]);
  return {
    success: data.success,
    exception: data.exception,
    results: [...control.results, ...data.results],
    duration_ms: control.duration_ms + data.duration_ms,
  };
}

function markerPath(rootFolder: string): string {
  return join(rootFolder, 'warehouse', 'built');
}

/** Whether the last command on this warehouse was a good build of this very project by this code. */
async function isWholeWarehouse(rootFolder: string, project: AssembledProject, worker: DbtWorker): Promise<boolean> {
  const marker = await readFile(markerPath(rootFolder), 'utf8').catch(() => null);
  const warehouse = await stat(warehousePath(rootFolder)).catch(() => null);
  if (marker === null || warehouse === null) return false;
  try {
    return marker === (await markerText(rootFolder, project, worker));
  } catch (error) {
    // A warehouse that cannot be read so is not known to be whole; building everything mends it or says what is wrong.
    if (isMarketsError(error, 'DBT_WORKER')) return false;
    throw error;
  }
}

/** The project's content and the dbt command that touched the warehouse last. */
async function markerText(rootFolder: string, project: AssembledProject, worker: DbtWorker): Promise<string> {
  const [row] = await worker.read(warehousePath(rootFolder), 'select invocation_id from control.last_invocation');
  return `${project.digest} ${String(row?.[0])}\n`;
}

async function removeMarker(rootFolder: string): Promise<void> {
  await rm(markerPath(rootFolder), { force: true });
}

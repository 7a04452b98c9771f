/**
 * What dbt is asked to build. After a build that was good as a whole, with the project unchanged, only two things can be new: events, and loads that
 * staging has not read. So first the control models are built, then only what lies downstream of sources with unread loads, and the models of streams: the same
 * rows as building everything, in half the time. Anything else (first build, changed project, a build that failed or was killed,
 * a dbt command that someone else ran) builds everything.
 */
import { isMarketsError } from '../../core/errors/markets-error.ts';
import type { WarehouseDialect } from '../../core/warehouse/dialect.ts';
import type { DbtAnswer, DbtWorker } from './dbt-process.ts';
import type { BuiltWarehouse } from './built-warehouse.ts';
import type { AssembledProject } from './project/assemble-project.ts';

export interface BuildOptions {
  readonly warehouse: BuiltWarehouse;
  readonly project: AssembledProject;
  readonly fullRefresh: boolean;
  readonly allTests: boolean;
}

type Run = (words: readonly string[]) => Promise<DbtAnswer>;

const ALWAYS = ['--profiles-dir', '.', '--project-dir', '.', '--quiet', '--no-write-json', '--log-level-file', 'none'];
const CONTROL = ['path:models/control', 'path:models/generated/control'];
/** What streams bring besides loads: reads, dead letters, candles and findings, from which these models look for what is unread themselves. */
const STREAMS = ['path:models/streams', 'path:models/generated/streams'];
/** From what was collected of ledgers, and what was judged to be owed. */
const REPORTS = ['path:models/reports'];
/** Looks at many models: selected by its name, since no part of the project holds all that it reads. */
const COUNT_TEST = 'records_match_loads';

function sourcesWithUnreadLoads(dialect: WarehouseDialect): string {
  const table = (name: string): string => dialect.table('control', name);
  return `
  select distinct loads.source
  from ${table('loads')} as loads
  inner join ${table('sources')} as sources on sources.source_name = loads.source
  where not exists (
    select 1 from ${table('model_inputs')} as inputs
    where inputs.model = 'stg_' || loads.source and inputs.input = loads.load_id
  )
  order by loads.source`;
}

/** Events and slices: a stream that nothing ever came of has no rows in the models of streams, and a first build made them. */
function streamEvents(dialect: WarehouseDialect): string {
  const types = ['stream_read', 'stream_dead_letters', 'stream_candles', 'stream_findings'];
  const told = `select count(*) from ${dialect.table('control', 'events')} where type in (${types.map((type) => `'${type}'`).join(', ')})`;
  return `select (${told}) + (select count(*) from ${dialect.table('control', 'stream_slices')})`;
}

function reportEvents(dialect: WarehouseDialect): string {
  return `select count(*) from ${dialect.table('control', 'events')} where type in ('report_entries_collected', 'reports_owed')`;
}

/** Everything that dbt did, as one answer; the first part that fails ends it. */
export async function build(options: BuildOptions, worker: DbtWorker): Promise<DbtAnswer> {
  const { warehouse, project, fullRefresh, allTests } = options;
  const isWhole = !fullRefresh && !allTests && (await isWholeWarehouse(warehouse, project));
  await warehouse.forgetBuilt();
  const run: Run = async (words) =>
    await worker.run({ folder: project.folder, digest: project.digest, arguments: ['build', ...ALWAYS, ...words] });
  const everything = [...(fullRefresh ? ['--full-refresh'] : []), ...(allTests ? [] : ['--exclude', 'tag:daily', 'test_type:unit'])];
  const answer = isWhole ? await buildUnread(warehouse, run) : await run(everything);
  if (answer.success) await warehouse.noteBuilt(await builtText(warehouse, project));
  return answer;
}

async function buildUnread(warehouse: BuiltWarehouse, run: Run): Promise<DbtAnswer> {
  const only = ['--indirect-selection', 'cautious', '--exclude', 'tag:daily', 'test_type:unit', '--select'];
  const control = await run([...only, ...CONTROL]);
  if (!control.success) return control;
  const unread = await warehouse.read(sourcesWithUnreadLoads(warehouse.dialect));
  const [streams] = await warehouse.read(streamEvents(warehouse.dialect));
  const [reports] = await warehouse.read(reportEvents(warehouse.dialect));
  const selected = [
    ...(unread.length === 0 ? [] : [...unread.map(([source]) => `stg_${String(source)}+`), COUNT_TEST]),
    ...(Number(streams?.[0] ?? 0) === 0 ? [] : STREAMS),
    ...(Number(reports?.[0] ?? 0) === 0 ? [] : REPORTS),
  ];
  if (selected.length === 0) return control;
  const data = await run([...only, ...selected]);
  return {
    success: data.success,
    exception: data.exception,
    results: [...control.results, ...data.results],
    duration_ms: control.duration_ms + data.duration_ms,
  };
}

/** Whether the last command on this warehouse was a good build of this very project by this code. */
async function isWholeWarehouse(warehouse: BuiltWarehouse, project: AssembledProject): Promise<boolean> {
  try {
    const built = await warehouse.built();
    return built !== null && built === (await builtText(warehouse, project));
  } catch (error) {
    // A warehouse that cannot be read so is not known to be whole; building everything mends it or says what is wrong.
    if (isMarketsError(error, 'DBT_WORKER')) return false;
    throw error;
  }
}

/** The project's content and the dbt command that touched the warehouse last. */
async function builtText(warehouse: BuiltWarehouse, project: AssembledProject): Promise<string> {
  const [row] = await warehouse.read(`select invocation_id from ${warehouse.dialect.table('control', 'last_invocation')}`);
  return `${project.digest} ${String(row?.[0])}\n`;
}

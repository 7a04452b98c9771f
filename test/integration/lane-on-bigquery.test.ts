/**
 * The demo week through `markets --env int run` on buckets and BigQuery by their emulators, and the same week embedded: the same rows, ids and
 * extracts. The warehouse is built in three of the cycles only, so that each build sees several of them at once; before the second and the third the
 * warehouse fails, and the next run has to heal that.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runWeek } from '../../cli/demo/run-week.ts';
import { demoWeek } from '../../cli/demo/week.ts';
import { readEnvironment } from '../../cli/framework/environment.ts';
import { openSandboxLane } from '../../cli/sandbox/sandbox-lane.ts';
import { createFolderObjectStore } from '../../core/adapters/folder-object-store/folder-object-store.ts';
import type { TableResult } from '../../core/warehouse/diff/compare-warehouses.ts';
import { lastManifest } from '../../orchestrator/extract/write-extract.ts';
import type { CycleResult } from '../../orchestrator/index.ts';
import { BQEMULATOR } from '../servers/bigquery.ts';
import type { FaultRule } from '../servers/bigquery-front.ts';
import { FAKE_GCS_SERVER } from '../servers/fake-gcs-server.ts';
import { serverOrSkip } from '../servers/server-tool.ts';
import { HOME, marketsJson } from '../support/command-line.ts';
import { landInBucket, startEmulatedCloud, type EmulatedCloud } from '../support/emulated-cloud.ts';

const WEEK = demoWeek();
const EVENINGS = WEEK.cycles.flatMap(({ now }, index) => (now.includes('T18:30') ? [index] : []));
/** Cycles that build the warehouse: the first evening, that of the third day and the end of the week. */
const BUILDS = [EVENINGS[0], EVENINGS[2], WEEK.cycles.length - 1].filter((index) => index !== undefined);

/** By build: a fault that ends the run, and those that it has to live with. */
const LASTING: readonly (FaultRule | undefined)[] = [
  undefined,
  { fault: 'job-invalid', call: /POST jobs load_/ },
  { fault: 'job-invalid', call: /POST jobs (?!markets_|load_|events_|quarantine_).*trades_enriched/ },
];
const PASSING: readonly (readonly FaultRule[])[] = [
  [],
  [
    { fault: 'reset', call: /GET datasets\/raw\/tables\/murex_trades/ },
    { fault: 'lost', call: /POST jobs load_/ },
    { fault: 'job-fails', call: /POST jobs load_/ },
    { fault: 'truncated', call: /POST jobs quarantine_/ },
    { fault: 'unavailable', call: /POST jobs events_/ },
    { fault: 'truncated', call: /GET queries\/markets_query_/ },
  ],
];

serverOrSkip([FAKE_GCS_SERVER, BQEMULATOR], 'the demo week on buckets and BigQuery', () => {
  let folder = '';
  let cloud: EmulatedCloud;
  const results: CycleResult[] = [];
  /** Runs that a fault of the warehouse ended. */
  const failed: CycleResult[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'embedded-week-'));
    const signal = new AbortController().signal;
    const lane = await openSandboxLane({
      rootFolder: folder,
      specsFolder: join(HOME, 'source_specs'),
      environment: readEnvironment(),
      signal,
    });
    await runWeek(lane, WEEK, () => undefined);
    await lane.close();
    cloud = await startEmulatedCloud('bank');
    for (const [index, cycle] of WEEK.cycles.entries()) {
      await landInBucket(cloud.store, cycle);
      const build = BUILDS.indexOf(index);
      const words = [...cloud.words, 'run', '--now', cycle.now, ...(build < 0 ? ['--skip-dbt'] : [])];
      const [lasting, passing] = [LASTING[build], PASSING[build] ?? []];
      if (lasting !== undefined) {
        cloud.front.rules.push(lasting);
        failed.push((await marketsJson(words)).data as CycleResult);
      }
      cloud.front.rules.push(...passing);
      results.push((await marketsJson(words)).data as CycleResult);
      expect(cloud.front.rules).toEqual([]);
    }
  }, 2_400_000);
  afterAll(async () => {
    await cloud.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test('a fault that lasts ends the run with a clear word, and the next run heals it', () => {
    expect(failed.map(({ status, transform }) => [status, transform])).toEqual([
      ['failed', 'failed'],
      ['failed', 'failed'],
    ]);
    expect(failed[0]?.errors).toMatchObject([{ step: 'transform', code: 'WAREHOUSE_LOAD' }]);
  });

  test('every cycle does what it is asked to, and builds the warehouse where it is to', () => {
    expect(results.flatMap(({ errors }) => errors)).toEqual([]);
    expect(results.flatMap(({ transform }, index) => (transform === 'ok' ? [index] : []))).toEqual(BUILDS);
  });

  test('the business tables are the same, row by row', async () => {
    const { exitCode, data } = await marketsJson([...cloud.words, 'diff', '--left', `duckdb:${folder}`, '--right', 'bigquery']);
    const { tables } = data as { readonly tables: readonly TableResult[] };
    expect(tables.filter(({ status }) => status !== 'equal')).toEqual([]);
    expect(tables.reduce((sum, { rows }) => sum + (rows?.left_rows ?? 0), 0)).toBeGreaterThan(1000);
    expect(exitCode).toBe(0);
  });

  test('an extract in the extract bucket has the bytes of the embedded one, where both were made at the same moment', async () => {
    const embedded = createFolderObjectStore(folder);
    let same = 0;
    for (const date of new Set(WEEK.cycles.map(({ now }) => now.slice(0, 10)))) {
      const [ours, theirs] = [await lastManifest(embedded, date, 'jsonl'), await lastManifest(cloud.store, date, 'jsonl')];
      if (ours === null || theirs?.as_of !== ours.as_of) continue;
      expect({ date, sha256: theirs.uncompressed_sha256, rows: theirs.rows }).toEqual({
        date,
        sha256: ours.uncompressed_sha256,
        rows: ours.rows,
      });
      same += 1;
    }
    expect(same).toBeGreaterThanOrEqual(2);
  });

  test('a trade is traced from its id to its bytes, and a query counts what is there', async () => {
    const traced = await marketsJson([...cloud.words, 'trace', 'MX-100003']);
    expect(traced.exitCode).toBe(0);
    expect(traced.data).toMatchObject({ trade: { source_trade_id: 'MX-100003' } });
    const sql = 'select count(*) as n, sum(quantity) as q from `markets-test.curation.trades_enriched`';
    const counted = await marketsJson([...cloud.words, 'query', sql]);
    expect(counted.data).toMatchObject({ row_count: 1, columns: [{ name: 'n', type: 'INT64' }, { name: 'q' }] });
  });

  test('nothing was loaded twice, and a run with nothing new loads nothing', async () => {
    const jobs = (pattern: RegExp): readonly string[] => cloud.front.calls.filter((call) => pattern.test(call));
    const before = jobs(/POST jobs (load|quarantine)_/);
    // Sent again are only the two whose answers were lost, under their own ids.
    expect(before.length - new Set(before).size).toBe(2);
    const now = WEEK.cycles.at(-1)?.now ?? '';
    const { data } = await marketsJson([...cloud.words, 'run', '--now', now]);
    expect(data).toMatchObject({ errors: [], transform: 'not_due' });
    expect(jobs(/POST jobs (load|quarantine)_/)).toEqual(before);
  });
});

/** The demo week through the command line, held to what its generator put into every file. */
import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DemoManifest } from '../../cli/demo/manifest.ts';
import { compareWarehouses } from '../../core/adapters/duckdb/compare-warehouses.ts';
import type { QuarantineRecord, Report } from '../../core/engine/report.ts';
import type { AnyEvent } from '../../core/events/event.ts';
import { tradeId } from '../../core/identity/trade-id.ts';
import { loadLaneSpecs } from '../../orchestrator/index.ts';
import { snapshotPath } from '../../orchestrator/transform/snapshot.ts';
import { EQUAL, openAnewBuilds } from '../../orchestrator/transform/test-support/build-anew.ts';
import { HOME, markets, marketsJson } from '../support/command-line.ts';
import { digestsBelow, filesBelow, jsonLines } from '../support/root-files.ts';

/** A moment after the last cycle of the week, on the same day. */
const AFTER_THE_WEEK = '2023-02-03T21:30:00Z';

let folder = '';
let root = '';
let manifest: DemoManifest;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'demo-week-'));
  root = join(folder, 'week');
  const { exitCode, stdout, stderr } = await markets(['demo', '--out', root]);
  expect(`${stdout}${stderr}`).toContain('BACK TO ITS BYTE');
  expect(exitCode, stderr).toBe(0);
  manifest = JSON.parse(await readFile(join(root, 'manifest.json'), 'utf8')) as DemoManifest;
}, 600_000);
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

interface Verdict {
  readonly report: Report;
  readonly refused: readonly QuarantineRecord[];
}

/** Every verdict that is kept: sha256 of the delivered bytes -> what the engine said of them. */
async function verdicts(): Promise<ReadonlyMap<string, readonly Verdict[]>> {
  const found = new Map<string, Verdict[]>();
  const files = await filesBelow(root, ['warehouse', 'control', 'landing', 'archive']);
  for (const name of files.filter((each) => each.endsWith('/report.json'))) {
    const report = JSON.parse(await readFile(join(root, name), 'utf8')) as Report;
    const quarantine = join(dirname(name), 'quarantine.jsonl');
    const refused = files.includes(quarantine) ? await jsonLines<QuarantineRecord>(join(root, quarantine)) : [];
    found.set(report.sha256, [...(found.get(report.sha256) ?? []), { report, refused }]);
  }
  return found;
}

function rawBytes(record: QuarantineRecord): string {
  return record.raw_base64 ?? Buffer.from(record.raw ?? '', 'utf8').toString('base64');
}

async function events(): Promise<readonly AnyEvent[]> {
  const names = await filesBelow(join(root, 'control', 'events'));
  const all: AnyEvent[] = [];
  for (const name of names) all.push(...(await jsonLines<AnyEvent>(join(root, 'control', 'events', name))));
  return all;
}

describe('the demo week', () => {
  it('ends with reports to regulators that its warehouse reconciles with the trades', async () => {
    const sql = 'select regime, status, count(*) as reports from control.regulatory_reconciliation group by all order by all';
    const { data } = await marketsJson(['--root', join(root, 'streams'), 'query', sql]);
    expect((data as { readonly rows: unknown }).rows).toEqual([
      ['finra_trace', 'NOT_ELIGIBLE', 7],
      ['rts_1', 'LATE', 1],
      ['rts_1', 'NOT_ELIGIBLE', 3],
      ['rts_1', 'ON_TIME', 3],
      ['rts_2', 'NOT_ELIGIBLE', 7],
      ['rts_22', 'ON_TIME', 6],
      ['rts_22', 'REJECTED', 1],
    ]);
  });

  it('refuses exactly the records that were made bad, at their place, with their bytes and all their codes', async () => {
    const kept = await verdicts();
    let compared = 0;
    for (const file of manifest.cycles.flatMap((cycle) => cycle.files)) {
      if (file.truth.kind !== 'data') continue;
      const expected = file.truth.bad.map(({ record, line, byte_offset, byte_length, raw_base64, findings }) => ({
        record,
        line,
        byte_offset,
        byte_length,
        raw_base64,
        codes: findings.map(({ code, column }) => [code, column]),
      }));
      const found = kept.get(file.sha256) ?? [];
      expect(found.length, `a verdict on ${file.object}`).toBeGreaterThan(0);
      for (const { report, refused } of found) {
        expect(
          refused.map(({ record, line, byte_offset, byte_length, findings, ...rest }) => ({
            record,
            line,
            byte_offset,
            byte_length,
            raw_base64: rawBytes({ record, line, byte_offset, byte_length, findings, ...rest }),
            codes: findings.map(({ code, column }) => [code, column]),
          })),
          file.object,
        ).toEqual(expected);
        expect(report.records_in, file.object).toBe(file.truth.records);
        compared += expected.length;
      }
    }
    expect(compared).toBeGreaterThan(30);
  });

  it('accounts for every byte of every file', async () => {
    for (const { report } of [...(await verdicts()).values()].flat()) {
      const { conservation } = report;
      const others = Object.values(conservation.bytes_of_non_records).reduce((sum, bytes) => sum + bytes, 0);
      expect(conservation.holds, report.file).toBe(true);
      expect(conservation.bytes_staged + conservation.bytes_quarantined + conservation.bytes_not_loaded + others, report.file).toBe(
        report.decompressed_bytes,
      );
      expect(report.staged + report.quarantined + report.not_loaded).toBe(report.records_in);
    }
  });

  it('gives every trade the identity that TypeScript gives it', async () => {
    const { data } = await marketsJson([
      '--root',
      root,
      'query',
      'select trade_id, source_system, source_trade_id from curation.trades_enriched',
    ]);
    const { rows } = data as { readonly rows: readonly (readonly string[])[] };
    expect(rows.length).toBeGreaterThan(300);
    for (const [id, system, trade] of rows) expect(id).toBe(tradeId('markets', system ?? '', trade ?? ''));
  });

  it('holds in the warehouse what a build from nothing gives', async () => {
    const specs = (await loadLaneSpecs(join(HOME, 'source_specs'))).map(({ spec }) => spec);
    const builds = openAnewBuilds(join(folder, 'anew'));
    try {
      expect(await builds.compare(root, specs, { allTests: true })).toEqual(EQUAL);
    } finally {
      await builds.close();
    }
  });

  it('proves its chain of events, every digest in it and the conservation of every load', async () => {
    const { exitCode, stdout, stderr } = await markets(['--root', root, 'audit', 'verify']);
    expect(exitCode, `${stdout}${stderr}`).toBe(0);
  });

  it('changes nothing in a second run with nothing new', async () => {
    const own = ['control/lease', 'control/events', 'metrics', 'warehouse'];
    await copyFile(snapshotPath(root), join(folder, 'before.duckdb'));
    await markets(['--root', root, 'run', '--now', AFTER_THE_WEEK]);
    const files = await digestsBelow(root, own);
    const before = new Set((await events()).map((event) => event.hash));
    const { exitCode, stdout, stderr } = await markets(['--root', root, '--attention-ok', 'run', '--now', AFTER_THE_WEEK]);
    expect(exitCode, `${stdout}${stderr}`).toBe(0);
    const added = (await events()).filter((event) => !before.has(event.hash)).map((event) => event.type);
    expect(added.toSorted()).toEqual(['run_finished', 'run_started']);
    expect(await digestsBelow(root, own)).toEqual(files);
    expect(await compareWarehouses(snapshotPath(root), join(folder, 'before.duckdb'))).toEqual([]);
  });
});

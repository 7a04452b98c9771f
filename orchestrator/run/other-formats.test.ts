/** The formats that no source of the demo has, through the lane: the specs of the documentation with sample files of theirs. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeParquetRows } from '../../core/adapters/duckdb/parquet-rows.ts';
import { createFolderObjectStore } from '../../core/adapters/folder-object-store/folder-object-store.ts';
import { createValidationPool, type ValidationPool } from '../../core/engine/process/validation-pool.ts';
import { sampleFile } from '../../core/sample-data/sample-file.ts';
import { verifyAudit } from '../audit/verify.ts';
import { laneBench } from '../test-support/lane-bench.ts';
import { yamlSpec } from '../test-support/yaml-spec.ts';
import { trace } from '../trace/trace.ts';

const NOW = '2023-01-30T18:00:00.000000Z';
const page = await readFile(new URL('../../docs/adding-a-source.md', import.meta.url), 'utf8');
const SPECS = ['clearing_positions', 'broker_executions', 'risk_exposures'].map((name) => {
  const yaml = new RegExp(`^\`\`\`yaml\n(name: ${name}\n[^]*?)^\`\`\`$`, 'm').exec(page)?.[1] ?? '';
  return yamlSpec(yaml);
});

let scratch: string;
let pool: ValidationPool;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'markets-formats-'));
  pool = createValidationPool({ size: 2, scratchFolder: join(scratch, 'pool'), writeParquetRows });
});
afterAll(async () => {
  pool.close();
  await rm(scratch, { recursive: true, force: true });
});

test('fixed width (in zstd), FIX and Parquet are judged, published and audited; a damaged Parquet file fails alone', async () => {
  const root = join(scratch, 'root');
  const store = createFolderObjectStore(root);
  const lane = laneBench(store);
  const upload = async (name: string, bytes: Uint8Array): Promise<void> => {
    const path = join(root, 'landing', name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bytes);
  };
  const expected: (string | number)[][] = [];
  for (const { spec } of SPECS) {
    const { object, bytes, rows } = sampleFile(spec, { seed: 5, goodRows: 8, now: NOW });
    const isLines = spec.source.format === 'fixed_width';
    await upload(isLines ? `${object}.zst` : object, isLines ? zstdCompressSync(bytes) : bytes);
    expected.push([spec.name, 'quarantined', 8, rows.length - 8]);
  }
  const cut = sampleFile(SPECS[2]?.spec ?? failed(), { seed: 6, goodRows: 8, now: '2023-01-29T18:00:00.000000Z' });
  await upload(cut.object, cut.bytes.subarray(0, -9));
  const result = await lane.run(NOW, SPECS, { validator: pool });
  expect(result.errors).toEqual([]);
  const found = result.files.map(({ source, outcome, staged, quarantined }) => [source, outcome, staged, quarantined]);
  expect(found.toSorted()).toEqual([...expected, ['risk_exposures', 'failed', 0, 0]].toSorted());
  expect(result.files.find(({ outcome }) => outcome === 'failed')?.codes).toEqual(['FILE_UNREADABLE']);
  expect(await verifyAudit(store)).toMatchObject({ problems: [] });

  const base = { store, specs: SPECS.map(({ spec }) => spec), reader: null, unmasked: false };
  const line = await trace({ ...base, query: 'clearing/positions_20230130.txt.zst:1' });
  expect(line.records[0]?.raw).toHaveLength(58);
});

function failed(): never {
  throw new Error('the documentation lacks a spec');
}

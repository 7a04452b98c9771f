/**
 * Sends a sample file of one source through the whole lane in a folder that is thrown away. The messages of a stream go as lines of a file:
 * judged and mapped as they would be one by one, but without Kafka and Pub/Sub.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { classifiedInWarehouse, MASKED } from '../../core/classification/classified-columns.ts';
import { sampleFile, type SampleFile } from '../../core/sample-data/sample-file.ts';
import { messagesAsFile } from '../../core/spec/messages-as-file.ts';
import type { SourceSpec } from '../../core/spec/source-spec.ts';
import type { Environment } from '../framework/environment.ts';
import type { CycleResult } from '../../orchestrator/run/cycle-result.ts';
import { refusedRows, type RefusedRow } from '../sandbox/refused-rows.ts';
import { readRows, type TextRow } from '../sandbox/rows.ts';
import { openSandboxLane, type SandboxLane } from '../sandbox/sandbox-lane.ts';
import { endOfLane } from './end-of-lane.ts';
import type { BadRowOutcome, TestSourceOutcome } from './outcome.ts';

export interface SourceTest {
  readonly spec: SourceSpec;
  readonly specsFolder: string;
  readonly environment: Environment;
  readonly seed: number;
  readonly goodRows: number;
  readonly now: string;
  readonly signal: AbortSignal;
  /** Kept there instead of in a temporary folder. */
  readonly rootFolder?: string | undefined;
}

/** Rows of the model that are shown. */
const ROWS_SHOWN = 3;

export async function runSource(test: SourceTest): Promise<TestSourceOutcome> {
  // The sample's bad rows must not fail the file, whatever share the spec allows.
  const spec: SourceSpec = {
    ...messagesAsFile(test.spec),
    enabled: true,
    validation: { ...test.spec.validation, max_bad_rows: null, max_bad_ratio_ppb: null },
  };
  const sample = sampleFile(spec, { seed: test.seed, goodRows: test.goodRows, now: test.now });
  const rootFolder = test.rootFolder ?? (await mkdtemp(join(tmpdir(), 'markets-test-source-')));
  const { specsFolder, environment, signal } = test;
  const lane = await openSandboxLane({ rootFolder, specsFolder, environment, signal, choose: () => [spec] });
  try {
    await land(rootFolder, sample);
    const result = await lane.cycle(test.now);
    return await outcomeOf(test, spec, sample, lane, result);
  } finally {
    await lane.close();
    if (test.rootFolder === undefined) await rm(rootFolder, { recursive: true, force: true });
  }
}

async function land(rootFolder: string, sample: SampleFile): Promise<void> {
  const files = [sample, ...(sample.control === null ? [] : [sample.control])];
  for (const { object, bytes } of files) {
    const path = join(rootFolder, 'landing', ...object.split('/'));
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bytes);
  }
}

async function outcomeOf(
  test: SourceTest,
  spec: SourceSpec,
  sample: SampleFile,
  lane: SandboxLane,
  result: CycleResult,
): Promise<TestSourceOutcome> {
  const refused = await refusedRows(lane.store, [spec]);
  const file = result.files[0];
  const bad = sample.rows.flatMap((row, index) => (row.intended === null ? [] : [badRow(index + 1, row.intended, refused)]));
  const badRecords = new Set(bad.map((row) => row.record));
  const end = result.transform === 'ok' ? await rowsAtTheEnd(lane, spec) : { model: endOfLane(spec), rows: [], row_count: 0 };
  return {
    source: spec.name,
    kafka_topic: test.spec.source.type === 'stream' ? (test.spec.stream?.kafka_topic ?? null) : null,
    seed: test.seed,
    object: sample.object,
    bytes: sample.bytes.length,
    status: file?.outcome ?? 'not read',
    file_codes: file?.outcome === 'failed' ? file.codes : [],
    good_rows: sample.rows.length - bad.length,
    bad_rows: bad,
    staged: file?.staged ?? 0,
    refused_although_good: refused.filter((row) => !badRecords.has(row.record)),
    ...end,
    transform: result.transform,
    errors: result.errors.map(({ step, code, message }) => ({ step, code, message })),
  };
}

function badRow(
  record: number,
  intended: NonNullable<SampleFile['rows'][number]['intended']>,
  refused: readonly RefusedRow[],
): BadRowOutcome {
  const found = refused.find((row) => row.record === record);
  const where = intended.column ?? intended.rule ?? '';
  const findings = found?.findings ?? [];
  return {
    record,
    intended: { code: intended.code, where },
    line: found?.line ?? null,
    findings,
    as_intended: findings.some((each) => each.code === intended.code && (where === '' || each.where === where)),
  };
}

async function rowsAtTheEnd(lane: SandboxLane, spec: SourceSpec): Promise<Pick<TestSourceOutcome, 'model' | 'rows' | 'row_count'>> {
  const model = endOfLane(spec);
  const reader = await lane.openWarehouse();
  try {
    const [counted] = await readRows(reader, `select count(*) as rows from ${model}`);
    const rows = await readRows(reader, `select * from ${model} order by _record limit ${ROWS_SHOWN}`);
    const classified = classifiedInWarehouse([spec]);
    return { model, rows: rows.map((row) => maskedRow(row, classified)), row_count: Number(counted?.['rows'] ?? 0) };
  } finally {
    reader.close();
  }
}

function maskedRow(row: TextRow, classified: ReadonlySet<string>): TextRow {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, classified.has(name) && value !== null ? MASKED : value]));
}

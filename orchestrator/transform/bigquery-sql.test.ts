import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bigqueryType } from '../../core/warehouse/bigquery-type.ts';
import { LAYERS } from '../../core/warehouse/dialect.ts';
import { LANE_TABLES, rawTable } from '../../core/warehouse/raw-tables.ts';
import { GoogleSqlAnalyzer } from '../../core/warehouse/test-support/google-sql/analyzer.ts';
import { createDbtWorker } from './dbt-process.ts';
import { assembleProject } from './project/assemble-project.ts';
import type { BigqueryWarehouse } from './project/warehouse-target.ts';
import { AnalyzingBigquery, type AnalyzingBigqueryOptions, type SentStatement } from './test-support/analyzing-bigquery.ts';
import { tickSpec } from '../test-support/stream-spec.ts';
import { BANK_SPECS } from './test-support/bank-week.ts';
import type { AnsweredColumn } from './test-support/bigquery-answers.ts';
import { unprunedReads } from './test-support/unpruned-reads.ts';

/** With every check of quality there is: of a stream, and of a file by mean and standard deviation. */
const QUALITY = {
  ...{ volume_anomaly: null, gaps_ms: [500, 5000, 30_000], positive: ['price', 'quantity'], future_ms: 5000 },
  outliers: { column: 'price', window: 100, sigma: '6', is_robust: true },
  crossed: { bid: 'price', ask: 'quantity' },
};
const TICKS = { ...tickSpec(), quality: { ...QUALITY, duplicates: { columns: ['instrument', 'price'], within_ms: 10_000 } } };
const SPECS = [
  ...BANK_SPECS.map((spec) =>
    spec.name === 'murex'
      ? {
          ...spec,
          quality: {
            ...QUALITY,
            duplicates: { columns: ['isin', 'price'], within_ms: 10_000 },
            outliers: { column: 'price', window: 7, sigma: '2.5', is_robust: false },
          },
        }
      : spec,
  ),
  TICKS,
];
/** As a subscription writes it (terraform/modules/factory/streams.tf). */
const ENVELOPE = {
  columns: { subscription_name: 'STRING', message_id: 'STRING', publish_time: 'TIMESTAMP', data: 'BYTES', attributes: 'JSON' },
};

const worker = createDbtWorker({ timeoutMs: 600_000 });
let folder = '';
let analyzer: GoogleSqlAnalyzer;
let bigquery: AnalyzingBigquery;
let warehouse: BigqueryWarehouse;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bigquery-sql-'));
  analyzer = await GoogleSqlAnalyzer.start();
  bigquery = await AnalyzingBigquery.start({ analyzer, project: 'test', tables: tablesBeforeDbt(), rows: answeredRows });
  warehouse = {
    kind: 'bigquery',
    project: 'test',
    location: 'EU',
    dataset_prefix: 'x_',
    api_endpoint: bigquery.endpoint,
    maximum_bytes_billed: 1_000_000,
    labels: { environment: 'test' },
    threads: 4,
  };
});
afterAll(async () => {
  await worker.close();
  await bigquery.close();
  await analyzer.close();
  await rm(folder, { recursive: true, force: true });
});

/** The lane's tables, in datasets with a prefix. */
function tablesBeforeDbt(): AnalyzingBigqueryOptions['tables'] {
  const raw = [...LANE_TABLES, ...BANK_SPECS.map(rawTable)].map(({ name, columns }) => [
    name,
    {
      columns: Object.fromEntries(columns.map((column) => [column.name, bigqueryType(column.type, column.repeated)])),
      ingestionTimePartitioned: true,
    },
  ]);
  const streams = { ticks_stream_messages: ENVELOPE, ticks_stream_dead_letters: ENVELOPE };
  return Object.fromEntries(LAYERS.map((layer) => [`x_${layer}`, layer === 'raw' ? { ...Object.fromEntries(raw), ...streams } : {}]));
}

/** What a warehouse with one unread load of each source, which replaces another, would answer at compile time. */
function answeredRows(sql: string, columns: readonly AnsweredColumn[]): readonly (readonly (string | null)[])[] {
  const names = columns.map(({ name }) => name.toLowerCase());
  if (names[0] === 'load_id' && names[4] === 'supersedes') {
    const entities = ['trades', 'executions', 'orders', 'traders', 'counterparties', 'books', 'instruments'];
    const asked = entities.filter((entity) => sql.includes(`'${entity}'`));
    const [source = 'traders'] = /source in \('(\w+)'/.exec(sql)?.slice(1) ?? [];
    return (asked.length === 0 ? ['trades'] : asked).map((entity) => ['new', source, entity, '[]', '["old"]', '2023-01-31']);
  }
  if (names[0] === 'row_count') return [['1', '2023-01-30', '9999-12-31']];
  if (names[0] === 'failures') return [['0', 'false', 'false']];
  if (names[0] === 'segment') return [['control/events/date=2023-01-31/a.jsonl']];
  if (names[0] === 'quarantine') return [['quarantine/a.jsonl']];
  if (columns.every(({ type }) => type === 'INT64')) return [columns.map(() => '0')];
  return columns.every(({ type }) => type === 'STRING') ? [columns.map(() => '2023-01-31'), columns.map(() => '2022-01-31')] : [];
}

async function build(projectFolder: string, digest: string, ...words: readonly string[]): Promise<readonly SentStatement[]> {
  const before = bigquery.statements.length;
  const answer = await worker.run({
    folder: projectFolder,
    digest,
    arguments: ['build', '--profiles-dir', '.', '--project-dir', '.', '--quiet', '--exclude', 'test_type:unit', ...words],
  });
  const sent = bigquery.statements.slice(before);
  const failures = answer.results.filter(({ status }) => status === 'error' || status === 'fail');
  expect(failures.map(({ name, message }) => `${name}: ${message ?? ''}`)).toEqual([]);
  expect(answer.exception).toBeNull();
  return sent;
}

describe('every statement that dbt sends to BigQuery', { timeout: 900_000 }, () => {
  it('is valid GoogleSQL, in a first build and in a later one, is labelled and limited, and prunes what is partitioned', async () => {
    const project = await assembleProject(folder, SPECS, warehouse);
    const first = await build(project.folder, project.digest);
    const later = await build(project.folder, project.digest);
    const all = [...first, ...later];
    expect(all.filter(({ problem }) => problem !== null)).toEqual([]);
    expect(all.filter(({ labels, maximumBytesBilled }) => labels['environment'] !== 'test' || maximumBytesBilled !== '1000000')).toEqual(
      [],
    );
    expect(later.filter(({ sql }) => /^\s*merge into/m.test(sql)).length).toBeGreaterThan(BANK_SPECS.length + 15);
    expect(unprunedReads(later)).toEqual([]);
  });

  it('multiplies amounts exactly, half away from zero, and gives NULL for what does not fit', async () => {
    const made = bigquery.statements.find(({ sql }) => sql.includes('x_curation`.`trades_enriched`') && / as notional,/.test(sql));
    const product = /versions\.\*,\s*(case[\s\S]*?end) as notional/.exec(made?.sql ?? '')?.[1] ?? '';
    const cases = [
      ['100.5', '3.25', '326.625'],
      ['-0.000000000000000001', '0.5', '-0.000000000000000001'],
      ['0.000000000000000001', '0.499999999999999999', '0'],
      ['12345678901.123456789012345678', '1.000000000000000001', '12345678901.123456801358024579'],
      ['99999999999999999999.999999999999999999', '1', '99999999999999999999.999999999999999999'],
      ['99999999999999999999.999999999999999999', '-1.000000000000000001', null],
      ['99999999999999999999', '99999999999999999999', null],
    ] as const;
    for (const [quantity, price, notional] of cases) {
      const versions = `(select cast('${quantity}' as bignumeric) as quantity, cast('${price}' as bignumeric) as price) as versions`;
      const found = await analyzer.evaluate(`select cast(${product} as string) as notional from ${versions}`);
      expect(found).toMatchObject({ ok: true, rows: [[notional]] });
    }
  });

  it('is found out when a model loses its filter', async () => {
    const project = await assembleProject(folder, SPECS, warehouse);
    const macros = join(project.folder, 'macros', 'cross_db', 'partitions.sql');
    const text = await readFile(macros, 'utf8');
    const loose = text.replace('(select * from {{ relation }} where {{ filter }})', '{{ relation }}');
    expect(loose).not.toBe(text);
    await writeFile(macros, loose);
    const sent = await build(project.folder, 'loose', '--select', 'trade_versions', '--exclude', 'test_type:data');
    expect(unprunedReads(sent).map(({ table }) => table)).toContain('curation.int_trades');
  });
});

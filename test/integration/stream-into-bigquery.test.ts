/**
 * A stream that a subscription writes into BigQuery's table, through whole cycles on the emulators: published as slices without batches, staged by dbt, with
 * what came twice and what came late.
 */
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createBigqueryLoader } from '../../core/adapters/bigquery/bigquery-warehouse-loader.ts';
import { openBigqueryWarehouse } from '../../core/adapters/bigquery/bigquery-warehouse-reader.ts';
import type { BigqueryOptions } from '../../core/adapters/bigquery/connection.ts';
import type { StreamPart } from '../../core/events/stream-event.ts';
import type { QualityFinding } from '../../core/quality/quality-finding.ts';
import { SILENT, type Logger } from '../../core/telemetry/logger.ts';
import { bigqueryText } from '../../core/warehouse/bigquery-text.ts';
import { bigqueryDialect, LAYERS } from '../../core/warehouse/dialect.ts';
import { createTableDdl } from '../../core/warehouse/raw-table-ddl.ts';
import { streamTable } from '../../core/warehouse/stream-tables.ts';
import { verifyAudit } from '../../orchestrator/audit/verify.ts';
import type { BigqueryConfig } from '../../orchestrator/config/warehouse-config.ts';
import { createBigqueryWarehouse } from '../../orchestrator/run/bigquery-warehouse.ts';
import type { CycleResult } from '../../orchestrator/index.ts';
import { loadLiveFindings } from '../../orchestrator/load/load-live-findings.ts';
import { laneBench } from '../../orchestrator/test-support/lane-bench.ts';
import { tickSpec } from '../../orchestrator/test-support/stream-spec.ts';
import { createDbtWorker } from '../../orchestrator/transform/dbt-process.ts';
import { transform } from '../../orchestrator/transform/transform.ts';
import { BQEMULATOR } from '../servers/bigquery.ts';
import { FAKE_GCS_SERVER } from '../servers/fake-gcs-server.ts';
import { serverOrSkip } from '../servers/server-tool.ts';
import { emulatorOptions, runStatements } from '../support/bigquery.ts';
import { commitLiveFindings } from '../support/live-findings.ts';
import { startEmulatedCloud, type EmulatedCloud } from '../support/emulated-cloud.ts';

const TEXT = Buffer.from('ticks');
const TICKS = { spec: { ...tickSpec(), spec_version: createHash('sha256').update(TEXT).digest('hex') }, text: TEXT };
const DDL = { partition_expiration_days: 3650, require_partition_filter: false };
const LIMITS = {
  ...{ create_datasets: true, labels: {}, memory_mb: null, raw_retention_days: 3650, maximum_bytes_billed: 1_000_000_000 },
  ...{ request_timeout_seconds: 60, request_attempts: 3, job_timeout_seconds: 600 },
};
const at = (minute: number): string => `2023-01-30T17:0${String(minute)}:00.000000Z`;

serverOrSkip([BQEMULATOR, FAKE_GCS_SERVER], 'a stream that a subscription writes into BigQuery', () => {
  const worker = createDbtWorker({ timeoutMs: 900_000 });
  let folder = '';
  let cloud: EmulatedCloud;
  let place: BigqueryOptions;
  const problems: string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stream-into-bigquery-'));
    cloud = await startEmulatedCloud('ticks');
    place = emulatorOptions({ endpoint: cloud.front.endpoint, project: cloud.bigquery.project });
    await createBigqueryLoader(place, DDL).createLayers(LAYERS);
    const names = bigqueryDialect(place);
    const tables = [streamTable('ticks', 'messages'), streamTable('ticks', 'dead_letters')];
    await runStatements(
      cloud.bigquery,
      tables.map((table) => createTableDdl(table, names, DDL)),
    );
  }, 300_000);
  afterAll(async () => {
    await worker.close();
    await cloud.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function deliver(
    rows: readonly (readonly [offset: number, taken: string, partition?: number])[],
    kind = 'messages',
  ): Promise<void> {
    const values = rows.map(([offset, taken, partition = 0], index) => {
      const record = {
        ...{ trade_id: `T${String(partition)}-${String(offset)}`, instrument: 'AAA', price: '123456789.123456789', quantity: '2' },
        ...{ side: 'BUY', trade_time: taken, sequence: String(offset + 1), session: `S${String(partition)}` },
      };
      const attributes = {
        ...{ kafka_topic: 'venue.ticks', kafka_partition: String(partition), kafka_offset: String(offset), kafka_timestamp: taken },
        ...(kind === 'messages' ? {} : { reason: 'refused', codes: 'JSON_SYNTAX' }),
      };
      const data = `cast(${bigqueryText(JSON.stringify(record))} as bytes)`;
      return `('sub', 'm${String(index)}', timestamp ${bigqueryText(taken)}, ${data}, json ${bigqueryText(JSON.stringify(attributes))})`;
    });
    const columns = 'subscription_name, message_id, publish_time, data, attributes';
    await runStatements(cloud.bigquery, [`insert into raw.ticks_stream_${kind} (${columns}) values ${values.join(', ')}`]);
  }

  const config = (): BigqueryConfig => ({
    ...{ kind: 'bigquery', project: place.project, location: 'EU', dataset_prefix: '', api_endpoint: cloud.front.endpoint },
    ...LIMITS,
  });

  async function cycle(now: string): Promise<CycleResult> {
    const openReader = async () => await Promise.resolve(openBigqueryWarehouse(place));
    const warehouse = createBigqueryWarehouse({
      ...{ workFolder: folder, worker, loader: createBigqueryLoader(place, DDL), openReader, environment: 'test' },
      extract: { at: '23:59:59', timezone: 'UTC' },
      config: config(),
    });
    const log: Logger['log'] = (level, event, fields) => {
      if (level === 'error') problems.push(`${event} ${JSON.stringify(fields)}`);
    };
    return await laneBench(cloud.store).run(now, [TICKS], { warehouse, logger: { ...SILENT, log } });
  }

  async function rows(sql: string): Promise<unknown[]> {
    const found: unknown[] = [];
    for await (const batch of (await openBigqueryWarehouse(place).query(sql)).batches) found.push(...batch.map((row) => row.map(String)));
    return found;
  }

  const STAGED = `select _kafka_partition, _kafka_offset, _message_key, count(*) over (partition by _load_id) as of_load
    from staging.stg_ticks order by 1, 2`;

  test('is staged message by message, whatever was delivered twice, and what is late by the next cycle', async () => {
    await deliver([
      [0, at(1)],
      [1, at(2)],
      [1, at(3)],
      [3, at(4)],
      [9, at(2), 1],
    ]);
    await deliver([[2, at(3)]], 'dead_letters');
    const first = await cycle('2023-01-30T18:00:00.000000Z');
    expect([first.errors, problems, first.transform]).toEqual([[], [], 'ok']);
    expect(await rows(STAGED)).toEqual([
      ['0', '0', 'T0-0', '4'],
      ['0', '1', 'T0-1', '4'],
      ['0', '3', 'T0-3', '4'],
      ['1', '9', 'T1-9', '4'],
    ]);
    expect(await rows('select kafka_topic, reason, code, messages from control.streaming_dead_letters')).toEqual([
      ['venue.ticks', 'refused', 'JSON_SYNTAX', '1'],
    ]);
    await deliver([
      [0, at(5)],
      [4, at(6)],
      [8, at(1), 1],
    ]);
    const second = await cycle('2023-01-30T19:00:00.000000Z');
    expect([second.errors, problems, second.transform]).toEqual([[], [], 'ok']);
    expect(await rows(STAGED)).toEqual([
      ['0', '0', 'T0-0', '4'],
      ['0', '1', 'T0-1', '4'],
      ['0', '3', 'T0-3', '4'],
      ['0', '4', 'T0-4', '2'],
      ['1', '8', 'T1-8', '2'],
      ['1', '9', 'T1-9', '4'],
    ]);
    expect(await rows("select count(*) from curation.int_prices where source_name = 'ticks'")).toEqual([['6']]);
    expect(await rows('select row_count from control.loads order by load_order')).toEqual([['4'], ['2']]);
    expect((await cycle('2023-01-30T20:00:00.000000Z')).transform).toBe('not_due');
    expect((await verifyAudit(cloud.store)).problems).toEqual([]);
  });

  test('shows the findings of live checks, each once, also where a killed cycle had brought them in before', async () => {
    const finding: QualityFinding = {
      ...{ check: 'outlier', column: 'price', offset: 3n, eventMicros: 1_675_098_240_000_000n, instrument: 'AAA', severity: 'MEDIUM' },
      ...{ measure: 12_345_500_000_000_000_000_000n, threshold: 6_000_000_000_000_000_000n, arrivedMs: 1_675_098_241_000 },
    };
    const silent: QualityFinding = { ...finding, check: 'gap', column: '', offset: 4n, instrument: null, measure: null, severity: 'HIGH' };
    await commitLiveFindings(cloud.store, TICKS.spec, { partition: 0, seq: 1, findings: [finding, silent] });
    const parts: StreamPart[] = [];
    for await (const { name, sizeBytes } of cloud.store.list('staging/ticks/stream=findings/'))
      parts.push({ object: name, rows: 2, bytes: sizeBytes, sha256: '' });
    const killed = { partition: 0, first_seq: 1, last_seq: 1, rows: 2, parts };
    await loadLiveFindings(cloud.store, createBigqueryLoader(place, DDL), 'ticks', [killed]);
    await commitLiveFindings(cloud.store, TICKS.spec, { partition: 0, seq: 2, findings: [{ ...finding, offset: 8n }] });
    const { errors, transform } = await cycle('2023-01-30T21:00:00.000000Z');
    expect([errors, problems, transform]).toEqual([[], [], 'ok']);
    expect(await rows('select count(*) from raw._live_findings')).toEqual([['5']]);
    const found = `select check_name, column_name, kafka_offset, coalesce(instrument_id, '-'), measure = 12345.5, severity
      from control.streaming_quality where origin = 'live' order by kafka_offset`;
    expect(await rows(found)).toEqual([
      ['outlier', 'price', '3', 'AAA', 'true', 'MEDIUM'],
      ['gap', '', '4', '-', 'null', 'HIGH'],
      ['outlier', 'price', '8', 'AAA', 'true', 'MEDIUM'],
    ]);
    expect((await cycle('2023-01-30T22:00:00.000000Z')).transform).toBe('not_due');
  });

  test('has the same rows in the same loads after a full refresh', async () => {
    const before = await rows(STAGED);
    const warehouse = { ...config(), environment: 'test' };
    const { failures } = await transform({ rootFolder: folder, specs: [TICKS.spec], warehouse, fullRefresh: true }, worker);
    expect(failures).toEqual([]);
    expect(before).toHaveLength(6);
    expect(await rows(STAGED)).toEqual(before);
  });
});

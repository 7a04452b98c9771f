/** Batches of a stream into BigQuery by its emulator, behind a front that uses a job id once: every offset is in the tables once. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createBigqueryLoader } from '../../core/adapters/bigquery/bigquery-warehouse-loader.ts';
import { openBigqueryWarehouse } from '../../core/adapters/bigquery/bigquery-warehouse-reader.ts';
import type { BigqueryOptions } from '../../core/adapters/bigquery/connection.ts';
import { openEmbeddedMessageBus } from '../../core/adapters/embedded-bus/embedded-message-bus.ts';
import { createBatchLoader } from '../../streaming/sink/load-batches.ts';
import { runSink } from '../../streaming/sink/run-sink.ts';
import { manifestsOf, placed } from '../../streaming/sink/test-support/published.ts';
import { sinkOptions } from '../../streaming/sink/test-support/sink-in-test.ts';
import { BQEMULATOR } from '../servers/bigquery.ts';
import { FAKE_GCS_SERVER } from '../servers/fake-gcs-server.ts';
import { serverOrSkip } from '../servers/server-tool.ts';
import { emulatorOptions } from '../support/bigquery.ts';
import { startEmulatedCloud, type EmulatedCloud } from '../support/emulated-cloud.ts';
import { SINK_TIMES, TRADES } from '../support/sink-process-options.ts';

serverOrSkip([BQEMULATOR, FAKE_GCS_SERVER], 'a sink into BigQuery', () => {
  let cloud: EmulatedCloud;
  let folder = '';
  let warehouse: BigqueryOptions;

  beforeAll(async () => {
    cloud = await startEmulatedCloud('sink');
    folder = await mkdtemp(join(tmpdir(), 'sink-bigquery-'));
    warehouse = { ...emulatorOptions({ endpoint: cloud.front.endpoint, project: cloud.bigquery.project }) };
  });
  afterAll(async () => {
    await cloud.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const sink = async (): Promise<unknown[]> => {
    const bus = openEmbeddedMessageBus({ folder, times: SINK_TIMES });
    const loader = createBigqueryLoader(warehouse, { partition_expiration_days: 3650, require_partition_filter: false });
    const writer = `20260302T100000-${randomBytes(4).toString('hex')}`;
    const limits = { batchSeconds: 0.2, batchMessages: 60, batchBytes: 1_000_000, shutdownSeconds: 10 };
    const running = runSink(
      sinkOptions({
        bus,
        store: cloud.store,
        writer,
        limits,
        loader: createBatchLoader(cloud.store, loader, true),
        restartMs: 50,
        untilIdleSeconds: 3,
      }),
    );
    const { sources } = await running.ended;
    await bus.close();
    return sources.map(({ error }) => error);
  };
  const publish = async (first: number, count: number): Promise<void> => {
    const bus = openEmbeddedMessageBus({ folder, times: SINK_TIMES });
    for (const topic of [TRADES.topic, TRADES.deadLetterTopic]) {
      await bus.createTopic(topic);
      await bus.createSubscription(`${topic}-sink`, topic);
    }
    const [good, bad] = [await bus.publisher(TRADES.topic), await bus.publisher(TRADES.deadLetterTopic)];
    const sent = Array.from({ length: count }, async (_, at) => {
      const index = first + at;
      const message = placed(0, index, index % 7 === 0 ? { reason: 'refused' } : {});
      for (let again = index % 5 === 0 ? 2 : 1; again > 0; again -= 1) await (index % 7 === 0 ? bad : good).publish(message);
    });
    await Promise.all(sent);
    await bus.close();
  };
  const rows = async (sql: string): Promise<unknown[]> => {
    const { batches } = await openBigqueryWarehouse(warehouse).query(sql, []);
    const found: unknown[] = [];
    for await (const batch of batches) found.push(...batch);
    return found;
  };
  const offsets = async (): Promise<number[]> => {
    const table = (kind: string): string => `select json_value(attributes, '$.kafka_offset') as o from raw.trades_stream_${kind}`;
    const found = [...(await rows(table('messages'))), ...(await rows(table('dead_letters')))];
    return found.map((row) => Number((row as unknown[])[0])).toSorted((a, b) => a - b);
  };
  const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

  test('every message is one row of the envelope, in the table of its kind', async () => {
    await publish(0, 100);
    expect(await sink()).toEqual([null]);
    expect(await offsets()).toEqual(upTo(100));
    expect(
      await rows(`select subscription_name, safe_convert_bytes_to_string(data) as data, json_value(attributes, '$.reason') as reason
        from raw.trades_stream_dead_letters where json_value(attributes, '$.kafka_offset') = '7'`),
    ).toEqual([['stream-trades-dead-letter-sink', '{"n":"0-7"}', 'refused']]);
  });

  test('a job whose answer is lost, that fails or that takes its time is loaded once, by two sinks at once', async () => {
    cloud.front.rules.push(
      { fault: 'lost', call: /POST jobs stream_/ },
      { fault: 'job-fails', call: /POST jobs stream_/ },
      { fault: 'running', call: /POST jobs stream_/ },
      { fault: 'unavailable', call: /POST jobs stream_/ },
    );
    await publish(100, 200);
    expect((await Promise.all([sink(), sink()])).flat()).toEqual([null, null]);
    expect(cloud.front.rules).toEqual([]);
    expect(await offsets()).toEqual(upTo(300));
  });

  test('a batch that was committed by a sink that died before its load is loaded by the next, and only that', async () => {
    await publish(300, 50);
    const dying = runSinkThatDies();
    expect(await dying).toBe('committed');
    expect(await offsets()).toEqual(upTo(300));
    cloud.front.calls.length = 0;
    expect(await sink()).toEqual([null]);
    expect(await offsets()).toEqual(upTo(350));
    const loads = cloud.front.calls.filter((call) => call.startsWith('POST jobs stream_'));
    const last = (await manifestsOf(cloud.store))
      .flatMap(({ seq, parts }) => parts.map(({ kind }) => ({ seq, kind })))
      .slice(-loads.length);
    expect(loads.map((call) => call.split(' ').at(-1))).toEqual(
      last.map(({ seq, kind }) => `stream_trades_${String(seq).padStart(12, '0')}_${kind}_1`),
    );
  });

  /** Commits, and never comes to load. */
  const runSinkThatDies = async (): Promise<string> => {
    const bus = openEmbeddedMessageBus({ folder, times: SINK_TIMES });
    const limits = { batchSeconds: 0.5, batchMessages: 1000, batchBytes: 1_000_000, shutdownSeconds: 10 };
    const { sources } = await runSink(
      sinkOptions({ bus, store: cloud.store, limits, writer: '20260302T110000-00000000', untilIdleSeconds: 2 }),
    ).ended;
    await bus.close();
    return sources.every(({ error, rows: count }) => error === null && count === 50) ? 'committed' : JSON.stringify(sources);
  };
});

/** Which messages of a stream stand in its table, asked on the BigQuery emulator: deliveries that came twice, late, out of order, and without a place. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBigqueryWarehouse } from '../../core/adapters/bigquery/bigquery-warehouse-reader.ts';
import type { PartitionOffsetTexts } from '../../core/events/stream-event.ts';
import { bigqueryText } from '../../core/warehouse/bigquery-text.ts';
import { bigqueryDialect } from '../../core/warehouse/dialect.ts';
import { createTableDdl } from '../../core/warehouse/raw-table-ddl.ts';
import { streamTable } from '../../core/warehouse/stream-tables.ts';
import { askStandingMessages } from '../../orchestrator/streams/standing-messages.ts';
import { BQEMULATOR, startBigqueryEmulator, type BigqueryEmulator } from '../servers/bigquery.ts';
import { serverOrSkip } from '../servers/server-tool.ts';
import { emulatorOptions, runStatements } from '../support/bigquery.ts';

const NAMES = bigqueryDialect({ project: 'test', datasetPrefix: 'd_' });
const TABLE = streamTable('ticks', 'messages');
const LARGE = 9_007_199_254_740_993n;
const at = (minute: number): string => `2023-01-30T17:0${String(minute)}:00.000001Z`;

type Row = readonly [partition: number | null, offset: bigint | number | null, at: string];

serverOrSkip(BQEMULATOR, 'Messages that stand in a table of BigQuery', () => {
  let emulator: BigqueryEmulator;
  beforeAll(async () => {
    emulator = await startBigqueryEmulator();
    await runStatements(emulator, ['create schema d_raw', createTableDdl(TABLE, NAMES)]);
  });
  afterAll(async () => {
    await emulator.stop();
  });

  async function deliver(rows: readonly Row[]): Promise<void> {
    const values = rows.map(([partition, offset, taken], index) => {
      const place = offset === null ? {} : { kafka_topic: 'venue.ticks', kafka_partition: String(partition), kafka_offset: String(offset) };
      const attributes = `json ${bigqueryText(JSON.stringify(place))}`;
      return `('sub', 'm${String(index)}', timestamp ${bigqueryText(taken)}, b'{}', ${attributes})`;
    });
    const columns = 'subscription_name, message_id, publish_time, data, attributes';
    await runStatements(emulator, [`insert into ${NAMES.table('raw', TABLE.name)} (${columns}) values ${values.join(', ')}`]);
  }

  async function ask(told: readonly PartitionOffsetTexts[] = [], runsMax = 100): Promise<string[]> {
    const openReader = async () => await Promise.resolve(openBigqueryWarehouse(emulatorOptions(emulator, 'd_')));
    const runs = await askStandingMessages(openReader, { source: 'ticks', since: '2023-01-28T17:00:00.000000Z', told, runsMax });
    return runs.map((run) => `${run.kafka_topic}/${String(run.partition)} ${String(run.first)}-${String(run.last)} ${run.from} ${run.at}`);
  }

  test('nothing stands in an empty table', async () => {
    expect(await ask()).toEqual([]);
  });

  test('runs of distinct offsets, the oldest first, and at most so many', async () => {
    await deliver([
      ...([1, 0, 1, 2].map((offset, index) => [0, offset, at(index + 2)]) as Row[]),
      [0, 4, at(1)],
      [3, LARGE, at(6)],
      [3, LARGE + 1n, at(7)],
      // Older than what is looked for, and two that did not come from the bridge.
      [0, 3, '2023-01-28T16:59:59.999999Z'],
      [null, null, at(3)],
      [null, 5, at(3)],
    ]);
    const all = [
      `venue.ticks/0 4-4 ${at(1)} ${at(1)}`,
      `venue.ticks/0 0-2 ${at(2)} ${at(5)}`,
      `venue.ticks/3 ${String(LARGE)}-${String(LARGE + 1n)} ${at(6)} ${at(7)}`,
    ];
    expect(await ask()).toEqual(all);
    expect(await ask([], 2)).toEqual(all.slice(0, 2));
  });

  test('without what is told, also where it is delivered again, and with what comes late', async () => {
    const told = [
      {
        ...{ kafka_topic: 'venue.ticks', partition: 0 },
        ranges: [
          ['0', '2'],
          ['4', '4'],
        ] as const,
      },
      { kafka_topic: 'venue.ticks', partition: 3, ranges: [[String(LARGE), String(LARGE)]] as const },
      { kafka_topic: 'another', partition: 0, ranges: [['0', '99']] as const },
    ];
    await deliver([
      [0, 2, at(8)],
      [0, 3, at(1)],
      [0, 5, at(8)],
      [1, 0, at(9)],
    ]);
    expect(await ask(told)).toEqual([
      `venue.ticks/0 3-3 ${at(1)} ${at(1)}`,
      `venue.ticks/3 ${String(LARGE + 1n)}-${String(LARGE + 1n)} ${at(7)} ${at(7)}`,
      `venue.ticks/0 5-5 ${at(8)} ${at(8)}`,
      `venue.ticks/1 0-0 ${at(9)} ${at(9)}`,
    ]);
  });
});

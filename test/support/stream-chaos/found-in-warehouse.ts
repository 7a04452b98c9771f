/** What became of every message that was sent, as the tables of the warehouse have it. */
import type { WarehouseReader, WarehouseValue } from '../../../core/ports/warehouse-reader.ts';

export interface Found {
  /** Rows of good messages and of dead letters. */
  readonly good: number;
  readonly bad: number;
  /** Rows that are not what became of the message of their offset: `partition/offset: found, not expected`; the first ten. */
  readonly wrong: readonly string[];
  /** Rows of an offset that has one already. */
  readonly twice: number;
  /** Messages that were sent and have no row. */
  readonly missing: number;
  /** Offsets that were read and are nowhere, as the warehouse itself finds them. */
  readonly losses: number;
  /** Rows that the staging model makes of the good ones. */
  readonly staged: number;
}

const WRONG_SHOWN = 10;
const PLACE = "cast(attributes->>'kafka_partition' as integer), cast(attributes->>'kafka_offset' as bigint)";

/** `expected` by partition and offset: the codes that its dead letter has, '' for a good message. */
export async function foundInWarehouse(reader: WarehouseReader, source: string, expected: readonly string[][]): Promise<Found> {
  const count = { good: 0, bad: 0, twice: 0, missing: expected.reduce((sum, { length }) => sum + length, 0) };
  const wrong: string[] = [];
  const seen = expected.map(({ length }) => new Uint8Array(length));
  const { batches } = await reader.query(
    `select ${PLACE}, '' from raw.${source}_stream_messages union all select ${PLACE}, attributes->>'codes' from raw.${source}_stream_dead_letters`,
  );
  for await (const batch of batches) {
    for (const row of batch) {
      const [partition, offset, codes] = [Number(row[0]), Number(row[1]), String(row[2])];
      count[codes === '' ? 'good' : 'bad'] += 1;
      const wanted = expected[partition]?.[offset];
      if (codes !== wanted) wrong.push(`${String(partition)}/${String(offset)}: ${codes}, not ${String(wanted)}`);
      const places = seen[partition];
      if (places?.[offset] === 0) count.missing -= 1;
      else count.twice += 1;
      if (places !== undefined) places[offset] = 1;
    }
  }
  const losses = await only(reader, "select coalesce(sum(missing), 0) from control.streaming_sequence_gaps where kind = 'loss'");
  const staged = await only(reader, `select count(*) from staging.stg_${source}`);
  return { ...count, wrong: wrong.slice(0, WRONG_SHOWN), losses: Number(losses), staged: Number(staged) };
}

async function only(reader: WarehouseReader, sql: string): Promise<WarehouseValue> {
  const { batches } = await reader.query(sql);
  for await (const [row] of batches) return row?.[0] ?? null;
  return null;
}

/** What the warehouse found of the streams after a build, asked from its control models; an event says where it is otherwise than before. */
import type { StreamEventData } from '../../core/events/stream-event.ts';
import type { WarehouseReader } from '../../core/ports/warehouse-reader.ts';
import type { AnyNewEvent } from '../run/journal.ts';
import type { Lane } from '../run/lane.ts';
import { isStream } from './stream-sources.ts';

type Checked = StreamEventData['stream_checked'];
type OpenGap = Checked['open_gaps'][number];

const NOTHING: Checked = { open_gaps: [], drifting_candles: 0 };

/** Nothing is asked where no stream is loaded. Idempotent: the same findings are told once. */
export async function checkStreams(lane: Lane, openReader: () => Promise<WarehouseReader>): Promise<void> {
  const sources = lane.specs.filter(({ spec }) => spec.enabled && isStream(spec)).map(({ spec }) => spec.name);
  if (sources.length === 0) return;
  const reader = await openReader();
  let found: ReadonlyMap<string, Checked>;
  try {
    found = await askWarehouse(reader);
  } finally {
    reader.close();
  }
  const events: AnyNewEvent[] = [];
  for (const source of sources) {
    const data = found.get(source) ?? NOTHING;
    const before = lane.state.streams.get(source)?.checked ?? NOTHING;
    if (JSON.stringify(before) === JSON.stringify(data)) continue;
    events.push({ type: 'stream_checked', at: lane.clock.now(), source, data });
  }
  if (events.length === 0) return;
  await lane.assertHeld();
  await lane.journal.record(events);
}

async function askWarehouse(reader: WarehouseReader): Promise<ReadonlyMap<string, Checked>> {
  const found = new Map<string, Checked>();
  const change = (source: unknown, to: (before: Checked) => Checked): void => {
    found.set(String(source), to(found.get(String(source)) ?? NOTHING));
  };
  const gaps = `select source_name, kind, severity, count(*), sum(missing) from ${reader.dialect.table('control', 'streaming_sequence_gaps')}
    where closed_at is null group by source_name, kind, severity order by source_name, kind, severity`;
  for (const [source, kind, severity, count, missing] of await rowsOf(reader, gaps)) {
    const gap = { kind, severity, gaps: Number(count), missing: Number(missing) } as OpenGap;
    change(source, (before) => ({ ...before, open_gaps: [...before.open_gaps, gap] }));
  }
  const drift = `select source_name, count(*) from ${reader.dialect.table('control', 'candle_drift')} where is_drifting group by source_name`;
  for (const [source, count] of await rowsOf(reader, drift)) {
    change(source, (before) => ({ ...before, drifting_candles: Number(count) }));
  }
  return found;
}

async function rowsOf(reader: WarehouseReader, sql: string): Promise<readonly (readonly unknown[])[]> {
  const rows: (readonly unknown[])[] = [];
  for await (const batch of (await reader.query(sql)).batches) rows.push(...batch);
  return rows;
}

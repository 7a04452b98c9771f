/**
 * Event objects that dbt has not read, brought into raw._events: the lines of several as one object of JSON lines below staging/_events, by one
 * load job. An event may stand there twice (a run that broke off, a sealed day): whoever reads keeps one a hash. Key: (run, number).
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { AnyEvent } from '../../core/events/event.ts';
import { readSegmentName } from '../../core/events/event-names.ts';
import { eventObjects, readSegment } from '../../core/events/read-segments.ts';
import type { LoadPart, LoadRequest, WarehouseLoader } from '../../core/ports/warehouse-loader.ts';
import { EVENTS_TABLE } from '../../core/warehouse/raw-tables.ts';
import type { Lane } from '../run/lane.ts';
import { earliestDate } from './earliest-date.ts';
import { loadUri } from './load-uri.ts';

/** Segments of one load job; each has at most a few hundred events, a sealed day all of its own. */
const SEGMENTS_MAX = 1_000;

/** Gives how many event objects were brought in now. */
export async function loadEvents(lane: Lane, loader: WarehouseLoader, read: ReadonlySet<string>): Promise<number> {
  const objects = [...(await eventObjects(lane.store)).values()].flat();
  const unread = objects.filter((name) => !read.has(name));
  const requests: LoadRequest[] = [];
  for (let start = 0; start < unread.length; start += SEGMENTS_MAX) {
    requests.push(await requestOf(lane, unread.slice(start, start + SEGMENTS_MAX), requests.length + 1));
  }
  const since = await earliestDate(
    lane.store,
    unread.map((name) => readSegmentName(name)?.date ?? ''),
  );
  await loader.load({ table: EVENTS_TABLE, identity: 'segment', since, mayRepeat: true }, requests);
  return unread.length;
}

async function requestOf({ store, scratchFolder, runId }: Lane, segments: readonly string[], number: number): Promise<LoadRequest> {
  const object = `staging/_events/${runId}/${String(number)}.jsonl`;
  const folder = await mkdtemp(join(scratchFolder, 'events-'));
  try {
    const path = join(folder, 'rows.jsonl');
    const parts: LoadPart[] = [];
    const lines = async function* (): AsyncGenerator<string> {
      for (const segment of segments) {
        let rows = 0;
        for await (const event of readSegment(store, segment)) {
          rows += 1;
          yield rowLine(event, segment);
        }
        parts.push({ value: segment, rows });
      }
    };
    await pipeline(Readable.from(lines()), createWriteStream(path));
    // Named by the run, which nobody else is; a build that is tried again within it brings what is unread by then.
    await store.write(object, createReadStream(path), { overwrite: true });
    return { key: `events_${runId}_${String(number)}`, uris: [loadUri(store, object)], format: 'jsonl', parts };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function rowLine(event: AnyEvent, segment: string): string {
  const { event_id, type, at, run_id, writer, seq, load_id, source, data, prev_hash, hash } = event;
  const row = { event_id, type, at, run_id, writer, seq, load_id, source, data: JSON.stringify(data), prev_hash, hash, segment };
  return `${JSON.stringify(row)}\n`;
}

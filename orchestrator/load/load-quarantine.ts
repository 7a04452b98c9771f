/**
 * Refused records of the last attempt at each load, brought into raw._quarantine without any value: first as lines of JSON below
 * staging/_quarantine, then by one load job a load and attempt, so that they are there whole, once, or not at all. Key: (load_id, attempt).
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { QuarantineRecord } from '../../core/engine/report.ts';
import { isMarketsError } from '../../core/errors/markets-error.ts';
import { linesOf } from '../../core/events/lines-of.ts';
import type { LoadRequest, WarehouseLoader } from '../../core/ports/warehouse-loader.ts';
import { QUARANTINE_TABLE } from '../../core/warehouse/raw-tables.ts';
import type { Lane } from '../run/lane.ts';
import type { LoadState } from '../state/lane-state.ts';
import { earliestDate } from './earliest-date.ts';
import { loadUri } from './load-uri.ts';

/** Gives how many objects were brought in now. */
export async function loadQuarantine(lane: Lane, loader: WarehouseLoader, read: ReadonlySet<string>): Promise<number> {
  const sources = new Set(lane.specs.map(({ spec }) => spec.name));
  const unread = [...lane.state.loads.values()].filter(
    (load) => sources.has(load.source) && load.quarantine !== null && !read.has(inputOf(load)),
  );
  if (unread.length === 0) return 0;
  const requests: LoadRequest[] = [];
  for (const load of unread) {
    const request = await requestOf(lane, load);
    if (request !== null) requests.push(request);
  }
  const since = await earliestDate(
    lane.store,
    unread.map(({ validated_at }) => validated_at),
  );
  const outcomes = await loader.load({ table: QUARANTINE_TABLE, identity: 'input', since, mayRepeat: false }, requests);
  return outcomes.filter(({ outcome }) => outcome === 'loaded').length;
}

function inputOf({ load_id, attempt }: LoadState): string {
  return `${load_id}:${String(attempt)}`;
}

/** null for an object without records. */
async function requestOf({ store, scratchFolder }: Lane, load: LoadState): Promise<LoadRequest | null> {
  const object = `staging/_quarantine/${load.load_id}/${String(load.attempt)}.jsonl`;
  const folder = await mkdtemp(join(scratchFolder, 'quarantine-'));
  try {
    const path = join(folder, 'rows.jsonl');
    const source = await store.readStream(load.quarantine ?? '');
    let rows = 0;
    const lines = async function* (): AsyncGenerator<string> {
      for await (const line of linesOf(source)) {
        rows += 1;
        yield rowLine(JSON.parse(line) as QuarantineRecord, load);
      }
    };
    await pipeline(Readable.from(lines()), createWriteStream(path));
    if (rows === 0) return null;
    await writeOnce(async () => await store.write(object, createReadStream(path), { ifAbsent: true }));
    return {
      key: `quarantine_${load.load_id}_${String(load.attempt)}`,
      uris: [loadUri(store, object)],
      format: 'jsonl',
      parts: [{ value: inputOf(load), rows }],
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Neither the record's bytes nor what was found in it. */
function rowLine(record: QuarantineRecord, load: LoadState): string {
  const { load_id, file, line, byte_offset, byte_length, findings } = record;
  const row = {
    input: inputOf(load),
    load_id,
    attempt: load.attempt,
    quarantine: load.quarantine,
    file,
    record: record.record,
    line,
    byte_offset,
    byte_length,
    findings: JSON.stringify(findings.map(({ code, column, rule, expected }) => ({ code, column, rule, expected }))),
  };
  return `${JSON.stringify(row)}\n`;
}

/** The object's name says what is in it: one that is there already holds the same. */
async function writeOnce(write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (!isMarketsError(error, 'STORE_EXISTS')) throw error;
  }
}

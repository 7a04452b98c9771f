/** Conservation of every load: what went in is staged, in quarantine or held back, and its objects say the same as its events. */
import { isMarketsError } from '../../core/errors/markets-error.ts';
import type { AnyEvent, EventEnvelope } from '../../core/events/event.ts';
import type { StreamSlice } from '../../core/events/stream-event.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { countOffsets, rangesOfTexts } from '../../core/stream/offset-ranges.ts';
import type { AuditProblem } from './audit-problem.ts';

const NEWLINE = 10;
const REPORT_BYTES_MAX = 64 * 1024 * 1024;

export async function checkConservation(store: ObjectStore, events: readonly AnyEvent[]): Promise<readonly AuditProblem[]> {
  const problems: AuditProblem[] = [];
  const lastVerdict = new Map<string, EventEnvelope<'file_validated'>>();
  for (const event of events) {
    if (event.type === 'file_validated' && event.load_id !== null) {
      lastVerdict.set(event.load_id, event);
      problems.push(...countProblems(event), ...(await reportProblems(store, event)), ...(await quarantineProblems(store, event)));
    }
    if (event.type === 'load_published') problems.push(...publishedProblems(event, lastVerdict.get(event.load_id ?? '')));
  }
  return [...problems, ...streamProblems(events)];
}

function countProblems(event: EventEnvelope<'file_validated'>): readonly AuditProblem[] {
  const { records_in, staged, quarantined, not_loaded } = event.data;
  const accounted = staged + quarantined + not_loaded;
  return accounted === records_in ? [] : [problem(event, 'Records are unaccounted for.', records_in, accounted)];
}

/** The report is the engine's own word; the event only repeats it. */
async function reportProblems(store: ObjectStore, event: EventEnvelope<'file_validated'>): Promise<readonly AuditProblem[]> {
  const text = await readIfThere(store, event.data.report);
  // That it is not there is said where digests are checked.
  if (text === null) return [];
  const report = parsed(text);
  if (report === undefined) return [problem(event, 'The report is no JSON.', 'a report', 'other bytes')];
  const counts = ['records_in', 'staged', 'quarantined', 'not_loaded'] as const;
  const different = counts.filter((count) => memberOf(report, count) !== event.data[count]);
  const holds = memberOf(memberOf(report, 'conservation'), 'holds');
  return [
    ...different.map((count) => problem(event, `The report has another ${count}.`, event.data[count], memberOf(report, count))),
    ...(holds === false && event.data.status !== 'failed'
      ? [problem(event, 'A load was accepted without conservation.', true, false)]
      : []),
  ];
}

async function quarantineProblems(store: ObjectStore, event: EventEnvelope<'file_validated'>): Promise<readonly AuditProblem[]> {
  const { quarantine, quarantined } = event.data;
  if (quarantine === null) {
    return quarantined === 0 ? [] : [problem(event, 'Refused records have no quarantine object.', quarantined, 0)];
  }
  let lines = 0;
  try {
    for await (const chunk of await store.readStream(quarantine)) lines += newlinesIn(chunk as Uint8Array);
  } catch (error) {
    if (isMarketsError(error, 'STORE_NOT_FOUND')) return [];
    throw error;
  }
  return lines === quarantined ? [] : [problem(event, 'The quarantine object has another number of records.', quarantined, lines)];
}

function publishedProblems(
  event: EventEnvelope<'load_published'>,
  verdict: EventEnvelope<'file_validated'> | undefined,
): readonly AuditProblem[] {
  const rows = event.data.parts.reduce((sum, part) => sum + part.rows, 0);
  if (event.data.stream !== undefined) return sliceProblems(event, event.data.stream, rows);
  if (verdict === undefined) return [problem(event, 'A load was published that nobody judged.', 'file_validated', null)];
  if (verdict.data.status === 'failed') return [problem(event, 'A failed file was published.', 'accepted or quarantined', 'failed')];
  if (rows !== verdict.data.staged || event.data.rows !== rows) {
    return [problem(event, 'The published parts have another number of rows.', verdict.data.staged, rows)];
  }
  return [];
}

/** A slice of a stream has a row for each of its offsets, and its parts hold them. */
function sliceProblems(event: EventEnvelope<'load_published'>, slice: StreamSlice, rows: number): readonly AuditProblem[] {
  const offsets = slice.offsets.reduce((sum, { ranges }) => sum + countOffsets(rangesOfTexts(ranges)), 0n);
  const inParts = slice.batches === null ? event.data.rows : rows;
  return BigInt(event.data.rows) === offsets && inParts === event.data.rows
    ? []
    : [problem(event, 'A slice of a stream has another number of rows than of offsets.', offsets, inParts)];
}

/** Batches and records of a stream are told of once, in their order. */
function streamProblems(events: readonly AnyEvent[]): readonly AuditProblem[] {
  const problems: AuditProblem[] = [];
  const batches = new Map<string, number>();
  const records = new Map<string, number>();
  for (const event of events) {
    if (event.source === null) continue;
    if (event.type === 'load_published' || event.type === 'stream_dead_letters') {
      const told = event.type === 'load_published' ? event.data.stream?.batches : event.data.batches;
      if (told === undefined || told === null) continue;
      const key = `${event.source} ${event.type}`;
      const after = batches.get(key) ?? 0;
      if (told.first <= after)
        problems.push(problem(event, 'Batches of a stream are told of twice.', `after ${String(after)}`, told.first));
      batches.set(key, told.last);
    }
    if (event.type !== 'stream_read') continue;
    const key = `${event.source} ${event.data.writer}`;
    for (const { seq } of event.data.records) {
      const next = (records.get(key) ?? 0) + 1;
      if (seq !== next) problems.push(problem(event, 'Records of what a bridge read are missing or told of twice.', next, seq));
      records.set(key, seq);
    }
  }
  return problems;
}

function problem(event: AnyEvent, text: string, expected: unknown, found: unknown): AuditProblem {
  const where = `load ${event.load_id ?? '?'} (event ${event.run_id}/${event.writer}/${event.seq})`;
  return { where, problem: text, expected: String(expected), found: String(found) };
}

function newlinesIn(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) count += 1;
  return count;
}

function parsed(text: Buffer): unknown {
  try {
    return JSON.parse(text.toString());
  } catch {
    // Said as a problem: an audit goes on over what is broken.
    return undefined;
  }
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? new Map<string, unknown>(Object.entries(value)).get(name) : undefined;
}

async function readIfThere(store: ObjectStore, name: string): Promise<Buffer | null> {
  try {
    return await store.read(name, { maxBytes: REPORT_BYTES_MAX });
  } catch (error) {
    if (isMarketsError(error, 'STORE_NOT_FOUND')) return null;
    throw error;
  }
}

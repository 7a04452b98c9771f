/** Where events lie below control/events, and how those names are read back. */
export const EVENTS_PREFIX = 'control/events/';
const SEQ_DIGITS = 8;
const SEGMENT = /^control\/events\/date=(\d{4}-\d{2}-\d{2})\/([0-9a-z-]+)\/([0-9a-z_-]+)\/(\d{8})\.jsonl$/;
const SEALED = /^control\/events\/date=(\d{4}-\d{2}-\d{2})\/sealed\.jsonl$/;

export interface SegmentName {
  readonly date: string;
  /** null for the sealed file of a closed day. */
  readonly segment: { readonly runId: string; readonly writer: string; readonly seq: number } | null;
}

/** `seq` is that of the segment's first event. */
export function segmentName(date: string, runId: string, writer: string, seq: number): string {
  return `${chainPrefix(date, runId, writer)}${String(seq).padStart(SEQ_DIGITS, '0')}.jsonl`;
}

/** Where the segments of one chain lie. */
export function chainPrefix(date: string, runId: string, writer: string): string {
  return `${runPrefix(date, runId)}${writer}/`;
}

/** Where the chains of one run lie. */
export function runPrefix(date: string, runId: string): string {
  return `${EVENTS_PREFIX}date=${date}/${runId}/`;
}

export function sealedName(date: string): string {
  return `${EVENTS_PREFIX}date=${date}/sealed.jsonl`;
}

/** null for a name that holds no events. */
export function readSegmentName(name: string): SegmentName | null {
  const sealed = SEALED.exec(name);
  if (sealed !== null) return { date: sealed[1] ?? '', segment: null };
  const parts = SEGMENT.exec(name);
  if (parts === null) return null;
  const [, date = '', runId = '', writer = '', seq = ''] = parts;
  return { date, segment: { runId, writer, seq: Number(seq) } };
}

/** Runs sort by epoch: the number of the lease that they hold. */
export function newRunId(epoch: number, random: string): string {
  return `${String(epoch).padStart(8, '0')}-${random}`;
}

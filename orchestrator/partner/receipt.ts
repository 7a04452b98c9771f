/**
 * A receipt of the partner: JSON with members, or a property a line (`rows=8`), of file, rows, bytes, sha256 and status, any of them. It is
 * compared with what was sent. Pure.
 */
import type { EventData } from '../../core/events/event.ts';
import { baseName } from '../deliver/object-paths.ts';

export type ReceiptProblem = 'file' | 'rows' | 'bytes' | 'sha256' | 'status' | 'unreadable';

/** What a status may say for yes, in any case. */
const ACCEPTED = new Set(['accepted', 'ack', 'acknowledged', 'ok', 'received', 'success']);

/** The name of the receipt for an extract. */
export function receiptName(pattern: string, written: EventData['extract_written']): string {
  return pattern
    .replaceAll('{file}', baseName(written.object))
    .replaceAll('{date}', written.date.replaceAll('-', ''))
    .replaceAll('{revision}', String(written.revision));
}

/** [] where it says nothing else than what was sent; `unreadable` where it says nothing that is known. */
export function receiptProblems(text: string, written: EventData['extract_written']): readonly ReceiptProblem[] {
  const stated = statedIn(text);
  if (stated === null) return ['unreadable'];
  const sent = { file: baseName(written.object), rows: String(written.rows), bytes: String(written.bytes), sha256: written.sha256 };
  const problems: ReceiptProblem[] = [];
  for (const key of ['file', 'rows', 'bytes', 'sha256'] as const) {
    const value = stated.get(key);
    if (value !== undefined && value.toLowerCase() !== sent[key].toLowerCase()) problems.push(key);
  }
  const status = stated.get('status');
  if (status !== undefined && !ACCEPTED.has(status.toLowerCase())) problems.push('status');
  const knows = ['file', 'rows', 'bytes', 'sha256', 'status'].some((key) => stated.has(key));
  return knows ? problems : ['unreadable'];
}

function statedIn(text: string): ReadonlyMap<string, string> | null {
  return text.trimStart().startsWith('{') ? membersOf(text) : propertiesOf(text);
}

function membersOf(text: string): ReadonlyMap<string, string> | null {
  try {
    const members = Object.entries(JSON.parse(text) as object);
    return new Map(members.map(([key, value]) => [key.toLowerCase(), typeof value === 'object' ? '' : String(value)]));
  } catch {
    return null;
  }
}

function propertiesOf(text: string): ReadonlyMap<string, string> {
  const lines = text.split(/\r?\n/).map((line) => /^\s*([A-Za-z0-9_]+)\s*[=:]\s*(.*?)\s*$/.exec(line));
  return new Map(lines.flatMap((found) => (found === null ? [] : [[(found[1] ?? '').toLowerCase(), found[2] ?? '']])));
}

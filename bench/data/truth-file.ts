/**
 * The truth about a file that was made with faults, and the quarantine, as lists of equal words: one line a refused record, in file order,
 * with line, byte offset, byte length, SHA-256 of the raw bytes and codes. Both are read line by line, so that a file of bad rows only can
 * be compared.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { FindingCode } from '../../core/engine/findings/catalogue.ts';
import { rawBytes } from '../../core/engine/output/quarantine-record.ts';
import type { QuarantineRecord } from '../../core/engine/report.ts';

export interface TrueLine {
  readonly line: number;
  readonly byteOffset: number;
  readonly raw: Buffer;
  readonly codes: readonly FindingCode[];
}

/** Ends in a line feed. */
export function truthLine({ line, byteOffset, raw, codes }: TrueLine): string {
  return `${line} ${byteOffset} ${raw.length} ${createHash('sha256').update(raw).digest('hex')} ${codes.join(',')}\n`;
}

async function* linesOf(path: string): AsyncGenerator<string, void, undefined> {
  yield* createInterface({ input: createReadStream(path, { highWaterMark: 1024 * 1024 }), crlfDelay: Infinity });
}

function quarantineLine(text: string): string {
  const record = JSON.parse(text) as QuarantineRecord;
  const raw = rawBytes(record);
  if (raw.length !== record.byte_length) return `the record has byte_length ${String(record.byte_length)} and ${raw.length} raw bytes`;
  const { line, byte_offset, findings } = record;
  return truthLine({ line: line ?? 0, byteOffset: byte_offset ?? 0, raw, codes: findings.map(({ code }) => code) }).trimEnd();
}

export interface TruthComparison {
  readonly records: number;
  /** The first place where the two differ; null where they are equal. */
  readonly difference: string | null;
}

/** Holds quarantine.jsonl to the truth, record by record. */
export async function compareWithTruth(truthPath: string, quarantinePath: string): Promise<TruthComparison> {
  const found = linesOf(quarantinePath);
  let records = 0;
  try {
    for await (const expected of linesOf(truthPath)) {
      const next = await found.next();
      const refused = next.done === true ? 'nothing more' : quarantineLine(next.value);
      if (refused !== expected) return { records, difference: `bad record ${records + 1}: expected ${expected}, found ${refused}` };
      records += 1;
    }
    const next = await found.next();
    const more = next.done === true ? null : `expected ${records} bad records, found one more: ${quarantineLine(next.value)}`;
    return { records, difference: more };
  } finally {
    await found.return();
  }
}

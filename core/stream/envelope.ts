/**
 * What is written on a message of the bus besides its data: where it comes from, so that a row can be traced to its message in the log, and of a dead
 * letter why it is one. One fixed form for every source; all values are texts.
 */
import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { Finding } from '../engine/report.ts';
import type { LogMessage } from '../ports/message-log.ts';
import type { SourceSpec } from '../spec/source-spec.ts';

/** What the bus takes as one value. */
export const ATTRIBUTE_BYTES_MAX = 1024;
/** What the bus takes as one message, data and attributes together. */
export const BUS_MESSAGE_BYTES_MAX = 10_000_000;
/** Room for attributes and what the bus itself writes around a message. */
const ENVELOPE_BYTES = 32_768;
/** Data up to this long fits with any attributes of ours. */
export const DATA_BYTES_MAX = BUS_MESSAGE_BYTES_MAX - ENVELOPE_BYTES;
/** The largest time with a year of four digits. */
const TIMESTAMP_MS_MAX = 253_402_300_799_999;

export type Attributes = Readonly<Record<string, string>>;

/** Why a message is a dead letter: what it holds, its size, or that it holds nothing. */
export type DeadLetterReason = 'refused' | 'too_large' | 'tombstone';

/** The attributes of a source's messages; what is the same for all is made once. */
export function createAttributes(
  spec: Pick<SourceSpec, 'name' | 'version' | 'spec_version'>,
): (message: LogMessage) => Record<string, string> {
  const version = String(spec.version);
  const timestampOf = timestampTexts();
  return ({ topic, partition, offset, timestampMs, key: keyBytes }) => {
    const attributes: Record<string, string> = {
      source: spec.name,
      kafka_topic: topic,
      kafka_partition: String(partition),
      kafka_offset: String(offset),
      schema_version: version,
      spec_version: spec.spec_version,
    };
    const timestamp = timestampOf(timestampMs);
    if (timestamp !== null) attributes['kafka_timestamp'] = timestamp;
    const key = keyText(keyBytes);
    if (key !== null) attributes['kafka_key'] = key;
    return attributes;
  };
}

/** ISO 8601 UTC with 6 digits; null where the log has none (-1) or no such year. Messages come in the order of their times, more or less: the last second's text is kept. */
function timestampTexts(): (milliseconds: number) => string | null {
  let second = Number.NaN;
  let prefix = '';
  return (milliseconds) => {
    if (!(milliseconds >= 0 && milliseconds <= TIMESTAMP_MS_MAX)) return null;
    const rest = milliseconds % 1000;
    if (milliseconds - rest !== second) {
      second = milliseconds - rest;
      prefix = new Date(second).toISOString().slice(0, -4);
    }
    // The leading 1 keeps the zeros.
    return `${prefix}${String(1000 + rest).slice(1)}000Z`;
  };
}

/** The key where it is text that fits into an attribute. */
function keyText(key: Uint8Array | null): string | null {
  if (key === null || key.length > ATTRIBUTE_BYTES_MAX || !isUtf8(key)) return null;
  return Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString('utf8');
}

/** What a dead letter has besides the attributes of every message. No values of the record: they are in its data. */
export function deadLetterAttributes(reason: DeadLetterReason, findings: readonly Finding[]): Attributes {
  const codes = [...new Set(findings.map(({ code }) => code as string))];
  return {
    reason,
    finding_count: String(findings.length),
    codes: withinBytes(codes, (part) => part.join(',')),
    findings: withinBytes(
      findings.map(({ code, column, rule }) => ({ code, column, rule })),
      (part) => JSON.stringify(part),
    ),
  };
}

/** As many of the items, from the first on, as their text has room. */
function withinBytes<T>(items: readonly T[], textOf: (part: readonly T[]) => string): string {
  let kept = '';
  for (let count = 0; count <= items.length; count += 1) {
    const text = textOf(items.slice(0, count));
    if (Buffer.byteLength(text) > ATTRIBUTE_BYTES_MAX) return kept;
    kept = text;
  }
  return kept;
}

/** The same text for the same value, within what the bus takes as an ordering key; null where there is no value. */
export function orderingKeyOf(text: string | null): string | null {
  if (text === null || text === '') return null;
  // A text of so few characters cannot be too long in bytes.
  if (text.length * 3 <= ATTRIBUTE_BYTES_MAX || Buffer.byteLength(text) <= ATTRIBUTE_BYTES_MAX) return text;
  return createHash('sha256').update(text).digest('hex');
}

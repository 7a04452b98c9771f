/** Splits bytes into records by the spec's reader, cut into given chunks, and tells what the sink heard. */
import { ENGINE_LIMITS, type EngineLimits } from '../limits.ts';
import { RecordFeed } from '../record-feed.ts';
import type { SourceSpec } from '../../spec/source-spec.ts';

interface Stretch {
  readonly kind: string;
  readonly from: number;
  readonly to: number;
}

export interface Split {
  /** Records with their texts, refused records with their codes, file findings: in the order they came. */
  readonly heard: readonly string[];
  /** Records and runs of non-records, neighbours of one kind merged. */
  readonly stretches: readonly Stretch[];
  readonly records: number;
  /** Records by the tokenizer. */
  readonly tokenizerRecords: number | null;
}

export function splitBytes(spec: SourceSpec, chunks: readonly Uint8Array[], limits: Partial<EngineLimits> = {}): Split {
  const heard: string[] = [];
  const stretches: Stretch[] = [];
  const add = (kind: string, from: number, length: number): void => {
    const last = stretches.at(-1);
    if (last?.kind === kind && kind !== 'record' && last.to === from) {
      stretches[stretches.length - 1] = { kind, from: last.from, to: from + length };
    } else {
      stretches.push({ kind, from, to: from + length });
    }
  };
  const feed = new RecordFeed(
    spec,
    { ...ENGINE_LIMITS, ...limits },
    {
      record: (place, raw, cells) => {
        add('record', place.byteOffset, place.byteLength);
        heard.push(JSON.stringify([place, raw.toString('latin1'), cells.texts, cells.kinds, cells.lists, cells.faults, cells.extra]));
      },
      broken: (place, raw, fault) => {
        add('record', place.byteOffset, place.byteLength);
        heard.push(JSON.stringify([place, raw.toString('latin1'), fault]));
      },
      heldRecord: (place) => {
        add('record', place.byteOffset, place.byteLength);
        heard.push(JSON.stringify([place]));
      },
      nonRecord: add,
      failFile: (finding) => heard.push(JSON.stringify(finding)),
      controlRecord: (fields) => heard.push(JSON.stringify(fields)),
    },
  );
  for (const chunk of chunks) {
    feed.write(Buffer.from(chunk));
  }
  feed.end();
  const records = stretches.filter(({ kind }) => kind === 'record').length;
  return { heard, stretches, records, tokenizerRecords: feed.tokenizerRecords() };
}

/** The bytes cut at the given sizes, which are used in turn. */
export function cut(bytes: Buffer, sizes: readonly number[]): readonly Buffer[] {
  const chunks: Buffer[] = [];
  for (let from = 0, turn = 0; from < bytes.length; turn += 1) {
    const size = Math.max(1, sizes[turn % sizes.length] ?? 1);
    chunks.push(bytes.subarray(from, from + size));
    from += size;
  }
  return chunks;
}

/** null when the stretches cover [0, total) exactly once. */
export function gapIn(stretches: readonly Stretch[], total: number): string | null {
  let end = 0;
  for (const { kind, from, to } of stretches) {
    if (from !== end) {
      return `${kind} begins at ${from}, not at ${end}`;
    }
    end = to;
  }
  return end === total ? null : `the file ends at ${total}, not at ${end}`;
}

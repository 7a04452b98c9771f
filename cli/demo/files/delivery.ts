/** One object that somebody puts into landing/, and what has to become of it. */
import type { BadRecord, Document } from './document.ts';

export interface Delivery {
  /** Name below landing/. */
  readonly object: string;
  readonly bytes: Uint8Array;
  /** What is special about it, for the screen and the manifest; empty for an ordinary delivery. */
  readonly story: string;
  readonly truth: Truth;
}

export type Truth = DataTruth | OtherTruth;

/** What the lane has to find in a data file. */
export interface DataTruth {
  readonly kind: 'data';
  readonly source: string;
  readonly status: 'accepted' | 'quarantined' | 'failed';
  readonly records: number;
  readonly bad: readonly BadRecord[];
  /** Codes of findings on the file as a whole. */
  readonly file_codes: readonly string[];
}

export interface OtherTruth {
  /** A control file goes with its data; a duplicate is recorded and not loaded; the others are left where they lie. */
  readonly kind: 'control' | 'duplicate' | 'unclaimed' | 'ignored';
  readonly source: string | null;
}

/** The delivery of a document that was put together with its faults. */
export function dataDelivery(
  source: string,
  object: string,
  document: Document,
  options: { readonly story?: string; readonly encode?: (bytes: Buffer) => Uint8Array; readonly fileCodes?: readonly string[] } = {},
): Delivery {
  const { bytes, records, bad } = document.finish();
  const fileCodes = options.fileCodes ?? [];
  return {
    object,
    bytes: options.encode === undefined ? bytes : options.encode(bytes),
    story: options.story ?? '',
    truth: {
      kind: 'data',
      source,
      status: fileCodes.length > 0 ? 'failed' : bad.length > 0 ? 'quarantined' : 'accepted',
      records,
      bad,
      file_codes: fileCodes,
    },
  };
}

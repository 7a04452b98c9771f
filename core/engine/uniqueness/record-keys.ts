/** What the judge of records asks about keys that may stand once in a file. */
import type { Cell } from '../output/file-output.ts';
import type { Finding } from '../report.ts';

export interface RecordKeys {
  /** Looks at a record without errors: a finding for every key of severity error that an earlier record has. */
  duplicates(values: readonly Cell[]): readonly Finding[];
  /** The record stays: gives the keys of severity warning that it repeats. */
  remember(values: readonly Cell[]): readonly Finding[];
}

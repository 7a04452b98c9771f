/** How a format writes records of any spec: what its writers have in common. */
import type { FindingCode } from '../../findings/catalogue.ts';
import type { RawCell } from '../../values/raw-cells.ts';
import type { DraftFile } from '../oracle/draft-file.ts';
import type { AnyRecord } from './any-record.ts';

/** A cell as it must reach the checks; `elements` for a REPEATED column. */
export interface WrittenCell extends RawCell {
  readonly elements: readonly RawCell[] | null;
}

/** A record in the form in which it will stand in the file. */
export interface WrittenRecord {
  readonly pieces: readonly (string | Buffer)[];
  /** By position in the schema. */
  readonly cells: readonly WrittenCell[];
}

/** Takes the place of a record that cannot be split. */
export interface BrokenRecord {
  readonly pieces: readonly (string | Buffer)[];
  readonly codes: readonly FindingCode[];
}

export interface RecordWriter {
  head(draft: DraftFile): void;
  foot(draft: DraftFile): void;
  /** What stands between two records, behind the last one when `isLast`. */
  between(draft: DraftFile, isLast: boolean): void;
  record(record: AnyRecord): WrittenRecord;
  broken(record: AnyRecord): BrokenRecord;
}

/** Where a template names the column at a position. */
export function marker(place: number): string {
  return `@${place}@`;
}

/** The template cut at its markers: texts, and positions of columns. */
export function cutAtMarkers(template: string): readonly (string | number)[] {
  return template.split(/(@\d+@)/).map((part) => {
    const found = /^@(\d+)@$/.exec(part);
    return found === null ? part : Number(found[1]);
  });
}

/** How much a source brings in a month, as far as its spec says. */
import { LINEAGE_COLUMNS } from '../../core/engine/output/lineage-columns.ts';
import { outputColumns } from '../../core/engine/output-columns.ts';
import type { SourceSpec } from '../../core/spec/source-spec.ts';
import type { ColumnType } from '../../core/types/column-type.ts';
import type { Assumptions } from './prices.ts';

export interface Volume {
  readonly source: string;
  readonly files: number;
  readonly rows: number;
  /** As delivered, and in the archive. */
  readonly file_bytes: number;
  /** As the warehouse counts the rows of raw and of the tables made from it. */
  readonly table_bytes: number;
  /** Notifications through Pub/Sub: published, and delivered. */
  readonly message_bytes: number;
}

const DAYS = 365.25 / 12;
const WEEKDAYS = (DAYS * 5) / 7;
const PER_MONTH = { weekly: DAYS / 7, monthly: 1 } as const;
/** Bytes of the lineage columns: two names, two texts, numbers. */
const LINEAGE_BYTES = LINEAGE_COLUMNS.length * 16;
/** A message is billed for 1000 bytes at least, when it is published and when it is delivered; a notification is smaller than two such. */
const MESSAGE_BYTES = 4_000;

export function volumeOf(spec: SourceSpec, assumptions: Assumptions): Volume {
  const row = rowBytes(spec, assumptions);
  const files = filesOf(spec);
  const { typical_row_count: typical } = spec.expectations;
  const known = [typical?.min, typical?.max].filter((count) => count !== null && count !== undefined);
  const perFile = known.length === 0 ? assumptions.rows_per_file : known.reduce((sum, count) => sum + count, 0) / known.length;
  const rows = files * perFile;
  return {
    source: spec.name,
    files,
    rows,
    file_bytes: rows * row.text,
    table_bytes: rows * (row.table + LINEAGE_BYTES),
    message_bytes: files * MESSAGE_BYTES,
  };
}

function filesOf({ expectations }: SourceSpec): number {
  const { frequency, calendar, min_files_per_day: least, max_files_per_day: most } = expectations;
  if (frequency === 'weekly' || frequency === 'monthly') return PER_MONTH[frequency] * Math.max(1, least);
  const perDay = most === null ? least : (least + most) / 2;
  return perDay * (calendar === 'every_day' ? DAYS : WEEKDAYS);
}

function rowBytes(spec: SourceSpec, { text_characters }: Assumptions): { readonly text: number; readonly table: number } {
  let text = 0;
  let table = 0;
  const lengths = new Map(spec.schema.map(({ name, max_length }) => [name, max_length]));
  for (const { name, type } of outputColumns(spec)) {
    const characters = Math.min(lengths.get(name) ?? text_characters, text_characters);
    text += textBytes(type, characters) + 1;
    table += tableBytes(type, characters);
  }
  return { text, table };
}

/** As BigQuery bills a value. */
function tableBytes(type: ColumnType, characters: number): number {
  switch (type.kind) {
    case 'STRING':
    case 'JSON':
    case 'BYTES':
      return 2 + characters;
    case 'DECIMAL':
      return type.scale <= 9 && type.precision - type.scale <= 29 ? 16 : 32;
    case 'BOOL':
      return 1;
    default:
      return 8;
  }
}

function textBytes(type: ColumnType, characters: number): number {
  switch (type.kind) {
    case 'STRING':
    case 'JSON':
    case 'BYTES':
      return characters;
    case 'TIMESTAMP':
    case 'DATETIME':
      return 24;
    case 'DATE':
    case 'DECIMAL':
      return 10;
    default:
      return 8;
  }
}

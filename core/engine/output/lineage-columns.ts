/** The columns that every valid.parquet has behind those of its spec: where each row comes from. */
import type { ColumnType } from '../../types/column-type.ts';
import type { OutputColumn } from './file-output.ts';

const STRING: ColumnType = { kind: 'STRING' };
const INT64: ColumnType = { kind: 'INT64' };

function lineage(name: string, type: ColumnType): OutputColumn {
  return { name, type, repeated: false };
}

export const LINEAGE_COLUMNS: readonly OutputColumn[] = [
  lineage('_load_id', STRING),
  /** The landing name of the file. */
  lineage('_file', STRING),
  /** 1-based number of the record, refused ones counted too. */
  lineage('_record', INT64),
  /** 1-based physical line where the record starts; NULL for formats without lines. */
  lineage('_line', INT64),
  /** In the decompressed file. */
  lineage('_byte_offset', INT64),
  /** Without the line end. */
  lineage('_byte_length', INT64),
  /** XXH32 of the raw bytes with two seeds, 64 bits: see row-hash.ts. */
  lineage('_row_hash', INT64),
  /** JSON of what the schema does not know, under schema_drift: evolve. */
  lineage('_extra', STRING),
  /** JSON list of the warnings of the row. */
  lineage('_warnings', STRING),
];

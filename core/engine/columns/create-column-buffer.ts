/** Which buffer holds the values of a column. */
import type { ParquetColumn } from '../parquet/parquet-schema.ts';
import { BooleanBuffer } from './boolean-buffer.ts';
import { BytesBuffer } from './bytes-buffer.ts';
import { wrongValue, type ColumnBuffer } from './column-buffer.ts';
import { FixedBuffer } from './fixed-buffer.ts';
import { ListBuffer } from './list-buffer.ts';
import { TextBuffer } from './text-buffer.ts';

/** `isUtf8`: see TextBuffer. */
export function columnBuffer({ type, repeated }: ParquetColumn, isUtf8 = true): ColumnBuffer {
  if (type.kind === 'DECIMAL' && (type.precision > 38 || type.scale > type.precision)) throw wrongValue(type, type.precision);
  if (repeated) return new ListBuffer(type);
  switch (type.kind) {
    case 'STRING':
    case 'JSON':
      return new TextBuffer(type, isUtf8);
    case 'BYTES':
      return new BytesBuffer();
    case 'BOOL':
      return new BooleanBuffer();
    case 'INT64':
    case 'DECIMAL':
    case 'FLOAT64':
    case 'DATE':
    case 'TIME':
    case 'DATETIME':
    case 'TIMESTAMP':
      return new FixedBuffer(type);
  }
}

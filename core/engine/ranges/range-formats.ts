/** The formats that are judged range by range; a JSON document cannot be, since no place in it tells where a record begins. */
import type { SourceFormat } from '../../spec/source-spec.ts';
import { CSV_RANGES } from './csv-ranges.ts';
import { JSONL_RANGES } from './jsonl-ranges.ts';
import type { RangeFormat } from './range-format.ts';
import { XML_RANGES } from './xml-ranges.ts';

/** null for a format that is read from one end to the other. */
export function rangeFormatOf(format: SourceFormat): RangeFormat | null {
  switch (format) {
    case 'csv':
      return CSV_RANGES;
    case 'jsonl':
      return JSONL_RANGES;
    case 'xml':
      return XML_RANGES;
    case 'json':
    case 'fixed_width':
    case 'fix':
    case 'parquet':
      return null;
  }
}

export function rangeFormat(format: SourceFormat): RangeFormat {
  const found = rangeFormatOf(format);
  if (found === null) throw new RangeError(`${format} is not judged range by range`);
  return found;
}

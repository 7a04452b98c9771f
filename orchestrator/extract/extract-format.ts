/** The formats of an extract, each with its suffix. Text formats are compressed. */
import { MarketsError } from '../../core/errors/markets-error.ts';

export const EXTRACT_FORMATS = ['jsonl', 'json', 'csv', 'parquet'] as const;
export type ExtractFormat = (typeof EXTRACT_FORMATS)[number];

/** CLI_USAGE where the format is unknown or not supported yet. */
export function readExtractFormat(text: string): ExtractFormat {
  const known = EXTRACT_FORMATS.find((format) => format === text);
  if (known !== undefined) return known;
  throw new MarketsError('CLI_USAGE', text === 'avro' ? 'Avro extracts are not supported yet.' : 'There is no such extract format.', {
    expected: EXTRACT_FORMATS.join(', '),
    found: text,
  });
}

export function extractSuffix(format: ExtractFormat): string {
  return format === 'parquet' ? 'parquet' : `${format}.gz`;
}

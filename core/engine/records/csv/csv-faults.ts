/** What is wrong with a CSV record that cannot be split into its fields. */
import type { RecordFault } from '../../values/raw-cells.ts';

export function fieldCountFault(found: number, expected: number): RecordFault {
  return {
    code: 'FIELD_COUNT',
    column: null,
    found: String(found),
    expected: String(expected),
    message: `The record has ${found} fields, the file has ${expected} columns.`,
  };
}

/** `severalLines` where the quoted field goes on behind the physical line. */
export function unparsableCsvFault(cause: 'after_quote' | 'unclosed', severalLines: boolean): RecordFault {
  const message =
    cause === 'unclosed' || severalLines
      ? 'A quoted field is not closed on this line, and what follows does not complete the record.'
      : 'A closing quote is followed by neither the delimiter nor the end of the line.';
  return { code: 'RECORD_UNPARSABLE', column: null, found: null, expected: 'well-formed quoted fields', message };
}

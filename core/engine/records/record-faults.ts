/** What is wrong with a record as a whole, in any format. */
import type { EngineLimits } from '../limits.ts';
import type { RecordFault } from '../values/raw-cells.ts';

export function tooLongFault(limits: EngineLimits): RecordFault {
  return {
    code: 'RECORD_TOO_LONG',
    column: null,
    found: null,
    expected: `at most ${limits.maxRecordBytes} bytes`,
    message: `The record is longer than ${limits.maxRecordBytes} bytes.`,
  };
}

/** `message` says what breaks the syntax, `at` the byte within the record. */
export function unparsableFault(expected: string, message: string, at: number): RecordFault {
  return { code: 'RECORD_UNPARSABLE', column: null, found: null, expected, message: `${message} (byte ${at} of the record)` };
}

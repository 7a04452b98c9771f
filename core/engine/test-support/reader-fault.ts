/**
 * A fault in the reading half, for tests of the proof: a reader that loses a record, gives it twice, or gives it with a
 * wrong place. Nothing but tests can reach it: it takes the place of the output that validateFile is given.
 */
import type { FileOutput, RecordSpan } from '../output/file-output.ts';

export type ReaderFault = 'dropped' | 'doubled' | 'shifted' | 'shortened' | 'separator_dropped';

/** Passes everything on, but for the record with this number. */
export function withReaderFault(output: FileOutput, fault: ReaderFault, record: number): FileOutput {
  let separators = 0;
  const give = (span: RecordSpan, pass: (span: RecordSpan) => void): void => {
    if (span.record !== record || fault === 'separator_dropped') {
      pass(span);
      return;
    }
    if (fault === 'doubled') pass(span);
    if (fault === 'shifted') pass({ ...span, byteOffset: span.byteOffset + 1 });
    else if (fault === 'shortened') pass({ ...span, byteLength: span.byteLength - 1 });
    else if (fault === 'doubled') pass(span);
  };
  return {
    stage: (span, raw, cells, extra, warnings) => {
      give(span, (given) => {
        output.stage(given, raw, cells, extra, warnings);
      });
    },
    quarantine: (span, raw, findings) => {
      give(span, (given) => {
        output.quarantine(given, raw, findings);
      });
    },
    hold: (span) => {
      give(span, (given) => {
        output.hold(given);
      });
    },
    nonRecord: (kind, byteOffset, byteLength) => {
      if (kind === 'separator') separators += 1;
      if (fault === 'separator_dropped' && kind === 'separator' && separators === record) return;
      output.nonRecord(kind, byteOffset, byteLength);
    },
    finish: (outcome) => output.finish(outcome),
    abort: () => {
      output.abort();
    },
  };
}

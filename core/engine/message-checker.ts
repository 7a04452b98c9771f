/**
 * Judges single messages, each of which is to hold one record: for streams, as validate-file.ts is for files. The same
 * readers and the same record checker judge both, so that a message gets what a file of that one record would get. What
 * needs other records (unique columns, file rules, control files) is not looked at.
 */
import type { SourceSpec } from '../spec/source-spec.ts';
import { MarketsError } from '../errors/markets-error.ts';
import { ENGINE_LIMITS, type EngineLimits } from './limits.ts';
import type { Cell, NonRecordKind } from './output/file-output.ts';
import { createRecordChecker, type RecordChecker } from './record-checker.ts';
import { openMessageReader } from './records/open-message-reader.ts';
import type { RecordPlace, RecordSink } from './records/record-reader.ts';
import type { Finding } from './report.ts';
import type { RawCells, RecordFault } from './values/raw-cells.ts';

/** One object, filled anew by every call of check(): whoever keeps something of it for longer copies it. */
export interface CheckedMessage {
  /** skipped: a whole FIX message of a type that is not among message_types, which is no record. */
  readonly verdict: 'accepted' | 'refused' | 'skipped';
  /** Everything that is wrong with a refused message, columns first, then rules; else empty. */
  readonly findings: readonly Finding[];
  /** Rules of severity warning that an accepted message breaks. */
  readonly warnings: readonly Finding[];
  /** Of an accepted message, in the order of outputColumns(spec); else empty. */
  readonly cells: readonly Cell[];
  /** The same by the schema's columns alone. */
  readonly values: readonly Cell[];
  /** JSON object of unknown members that schema_drift: evolve keeps; null when there are none. */
  readonly extra: string | null;
}

export interface MessageChecker {
  /** Never throws for what a message holds. The bytes are only read, and only during the call. */
  check(message: Uint8Array): CheckedMessage;
  /** Moves current_timestamp() of the rules to `now`, ISO 8601 UTC: a stream goes on for days. */
  at(now: string): void;
}

export interface MessageCheckerOptions {
  /** current_timestamp() of the rules, ISO 8601 UTC with 6 digits. */
  readonly now: string;
  readonly limits?: EngineLimits;
}

/** Throws SPEC_NOT_SUPPORTED where a message of the source cannot be judged by itself: XML, Parquet, UTF-16, a header. */
export function createMessageChecker(spec: SourceSpec, { now, limits = ENGINE_LIMITS }: MessageCheckerOptions): MessageChecker {
  const checker = createRecordChecker(spec, { now });
  const judge = new MessageJudge(checker);
  const read = openMessageReader(spec, limits, judge);
  return {
    check: (message) => {
      judge.begin();
      read(Buffer.isBuffer(message) ? message : Buffer.from(message.buffer, message.byteOffset, message.byteLength));
      judge.end();
      return judge;
    },
    at: (moment) => {
      checker.at(moment);
    },
  };
}

const NO_FINDINGS: readonly Finding[] = [];
const NO_CELLS: readonly Cell[] = [];

/** What is told of one message, and what comes of it. */
class MessageJudge implements RecordSink, CheckedMessage {
  verdict: CheckedMessage['verdict'] = 'refused';
  findings = NO_FINDINGS;
  warnings = NO_FINDINGS;
  cells = NO_CELLS;
  values = NO_CELLS;
  extra: string | null = null;

  private readonly checker: RecordChecker;
  private records = 0;
  private hasSkipped = false;
  private isBroken = false;

  constructor(checker: RecordChecker) {
    this.checker = checker;
  }

  begin(): void {
    this.records = 0;
    this.hasSkipped = false;
    this.isBroken = false;
  }

  record(_place: RecordPlace, _raw: Buffer, cells: RawCells): void {
    this.records += 1;
    if (this.records > 1) {
      return;
    }
    const checked = this.checker.check(cells);
    if (checked.findings.length > 0) {
      this.refuse(checked.findings);
      return;
    }
    this.verdict = 'accepted';
    this.findings = NO_FINDINGS;
    this.warnings = checked.warnings;
    this.cells = checked.cells;
    this.values = checked.values;
    this.extra = cells.extra;
  }

  broken(_place: RecordPlace, _raw: Buffer, fault: RecordFault): void {
    this.records += 1;
    if (this.records === 1) {
      this.isBroken = true;
      this.refuse([{ ...fault, rule: null }]);
    }
  }

  nonRecord(kind: NonRecordKind): void {
    this.hasSkipped ||= kind === 'skipped_row';
  }

  /** Looks at the message as a whole: it is one record, or none that is wanted. */
  end(): void {
    if (this.records === 0 && this.hasSkipped) {
      this.refuse(NO_FINDINGS);
      this.verdict = 'skipped';
    } else if (this.records === 0) {
      this.refuse([notOneRecord('The message holds no record.')]);
    } else if ((this.records > 1 || this.hasSkipped) && !this.isBroken) {
      // What breaks the first record says more than that the reader found another one behind it.
      this.refuse([notOneRecord('The message holds more than one record.')]);
    }
  }

  heldRecord(): void {
    throw notOfMessages('A record is held.');
  }

  failFile(finding: Finding): void {
    throw notOfMessages(finding.message);
  }

  controlRecord(): void {
    throw notOfMessages('There is a control record.');
  }

  private refuse(findings: readonly Finding[]): void {
    this.verdict = 'refused';
    this.findings = findings;
    this.warnings = NO_FINDINGS;
    this.cells = NO_CELLS;
    this.values = NO_CELLS;
    this.extra = null;
  }
}

function notOneRecord(message: string): Finding {
  return { code: 'RECORD_UNPARSABLE', column: null, rule: null, found: null, expected: 'one record', message };
}

/** Sources whose messages have a header or control records are refused before the first message. */
function notOfMessages(what: string): MarketsError {
  return new MarketsError('ENGINE_INVARIANT', `A reader of messages tells what only files have: ${what}`);
}

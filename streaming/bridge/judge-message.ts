/** What becomes of one message of the log: a message of the bus, a dead letter, or nothing where it is no record of the source. */
import { createMessageChecker, type MessageChecker } from '../../core/engine/message-checker.ts';
import type { Finding } from '../../core/engine/report.ts';
import type { NewBusMessage } from '../../core/ports/message-bus.ts';
import type { LogMessage } from '../../core/ports/message-log.ts';
import type { SourceSpec } from '../../core/spec/source-spec.ts';
import {
  createAttributes,
  DATA_BYTES_MAX,
  deadLetterAttributes,
  orderingKeyOf,
  type DeadLetterReason,
} from '../../core/stream/envelope.ts';
import { oversizedName } from '../../core/stream/object-names.ts';
import { createRecordJson, type RecordJson } from '../../core/stream/record-json.ts';
import { sha256Of } from '../../core/stream/sha256-of.ts';
import { printValue } from '../../core/types/print-value.ts';
import type { ColumnType, Value } from '../../core/types/column-type.ts';

export type Judgement =
  | { readonly fate: 'published'; readonly message: NewBusMessage }
  | {
      readonly fate: 'dead_lettered';
      readonly message: NewBusMessage;
      readonly codes: readonly string[];
      readonly oversized: Oversized | null;
    }
  | { readonly fate: 'skipped' };

/** Raw bytes that do not fit into a dead letter: they are to be stored under this name before it is sent. */
export interface Oversized {
  readonly object: string;
  readonly bytes: Uint8Array;
}

/** So much of an oversized message is in its dead letter. */
const OVERSIZED_SHOWN_BYTES = 65_536;
const SKIPPED: Judgement = { fate: 'skipped' };
const NOTHING = new Uint8Array(0);

/** The column whose text orders the messages on the bus. */
interface OrderingColumn {
  readonly index: number;
  readonly type: ColumnType;
}

export class MessageJudge {
  private readonly source: string;
  private readonly checker: MessageChecker;
  private readonly recordJson: RecordJson;
  private readonly attributesOf: (message: LogMessage) => Record<string, string>;
  private readonly ordering: OrderingColumn | null;

  /** SPEC_NOT_SUPPORTED where messages of the source cannot be judged one by one. `now` is ISO 8601 UTC with 6 digits. */
  constructor(spec: SourceSpec, now: string) {
    this.source = spec.name;
    this.checker = createMessageChecker(spec, { now });
    this.recordJson = createRecordJson(spec);
    this.attributesOf = createAttributes(spec);
    this.ordering = orderingColumn(spec);
  }

  /** Moves current_timestamp() of the rules. */
  at(now: string): void {
    this.checker.at(now);
  }

  judge(message: LogMessage): Judgement {
    const { value } = message;
    if (value === null) return this.deadLetter(message, 'tombstone', []);
    if (value.length > DATA_BYTES_MAX) return this.deadLetter(message, 'too_large', []);
    const checked = this.checker.check(value);
    if (checked.verdict === 'skipped') return SKIPPED;
    if (checked.verdict === 'refused') return this.deadLetter(message, 'refused', checked.findings);
    const data = Buffer.from(this.recordJson(checked), 'utf8');
    // The text of a record may be longer than the message was.
    if (data.length > DATA_BYTES_MAX) return this.deadLetter(message, 'too_large', []);
    return { fate: 'published', message: { data, attributes: this.attributesOf(message), orderingKey: this.orderingKey(checked.values) } };
  }

  private orderingKey(values: readonly unknown[]): string | null {
    if (this.ordering === null) return null;
    return orderingKeyOf(printValue(this.ordering.type, values[this.ordering.index] as Value));
  }

  private deadLetter(message: LogMessage, reason: DeadLetterReason, findings: readonly Finding[]): Judgement {
    const value = message.value ?? NOTHING;
    const isOversized = value.length > DATA_BYTES_MAX;
    const object = oversizedName(this.source, message.topic, message.partition, message.offset);
    const attributes = {
      ...this.attributesOf(message),
      ...deadLetterAttributes(reason, findings),
      ...(isOversized && { raw_object: object, raw_bytes: String(value.length), raw_sha256: sha256Of(value) }),
    };
    // A copy: the log's bytes are not ours for long.
    const data = Buffer.from(isOversized ? value.subarray(0, OVERSIZED_SHOWN_BYTES) : value);
    const codes = findings.length > 0 ? [...new Set(findings.map(({ code }) => code as string))] : [reason.toUpperCase()];
    return {
      fate: 'dead_lettered',
      message: { data, attributes, orderingKey: null },
      codes,
      oversized: isOversized ? { object, bytes: Buffer.from(value) } : null,
    };
  }
}

function orderingColumn(spec: SourceSpec): OrderingColumn | null {
  const key = spec.stream?.partition_key ?? null;
  const index = spec.schema.findIndex(({ name }) => name === key);
  const column = spec.schema[index];
  return column === undefined ? null : { index, type: column.type };
}

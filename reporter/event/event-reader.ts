/** A message of a source becomes the event of a trade: judged by the source's own spec, or read as the record that a bridge has judged. */
import { createHash } from 'node:crypto';
import type { FindingCode } from '../../core/engine/findings/catalogue.ts';
import { createMessageChecker } from '../../core/engine/message-checker.ts';
import type { Cell } from '../../core/engine/output/file-output.ts';
import { isMarketsError } from '../../core/errors/markets-error.ts';
import type { SourceSpec } from '../../core/spec/source-spec.ts';
import { createReadRecordJson } from '../../core/stream/read-record-json.ts';
import type { Value } from '../../core/types/column-type.ts';
import { eventColumns, type EventColumns } from './event-columns.ts';
import { REPORTING_COLUMNS, reportingColumn } from './reporting-columns.ts';
import { eventId, type TradeEvent, type TradeStatus } from './trade-event.ts';

/** raw: as the source wrote it. record: core/stream/record-json.ts. */
export type MessageForm = 'raw' | 'record';

/** What keeps a message from being an event: where and which rule, never the value. */
export interface MessageFinding {
  readonly code: FindingCode;
  readonly column: string | null;
  readonly rule: string | null;
  readonly expected: string | null;
}

export type EventReading =
  | { readonly event: TradeEvent }
  | { readonly findings: readonly MessageFinding[] }
  /** A whole message that is none of a trade (FIX messages of other types). */
  | { readonly skipped: true };

export interface EventReader {
  readonly spec: SourceSpec;
  /** Never throws for what a message holds. `receivedAt` is ISO 8601 UTC with 6 digits; rules of the spec see it as current_timestamp(). */
  read(message: Uint8Array, form: MessageForm, receivedAt: string): EventReading;
}

type Judged = { readonly values: readonly Cell[] } | Exclude<EventReading, { event: TradeEvent }>;

/** SPEC_NOT_SUPPORTED where the source has no trades or its messages cannot be judged one by one, SPEC_INVALID for a column of a wrong type. */
export function createEventReader(spec: SourceSpec, now: string): EventReader {
  const columns = eventColumns(spec);
  const checker = createMessageChecker(spec, { now });
  const readRecord = createReadRecordJson(spec);
  const judgeRaw = (message: Uint8Array, receivedAt: string): Judged => {
    checker.at(receivedAt);
    const checked = checker.check(message);
    if (checked.verdict === 'skipped') return { skipped: true };
    if (checked.verdict === 'accepted') return { values: checked.values };
    return { findings: checked.findings.map(({ code, column, rule, expected }) => ({ code, column, rule, expected })) };
  };
  const judgeRecord = (message: Uint8Array): Judged => {
    const reading = readRecord(message);
    return 'record' in reading ? { values: reading.record.values } : { findings: [{ ...reading.fault, rule: null }] };
  };
  return {
    spec,
    read(message, form, receivedAt) {
      const judged = form === 'raw' ? judgeRaw(message, receivedAt) : judgeRecord(message);
      if (!('values' in judged)) return judged;
      const contentSha256 = createHash('sha256').update(message).digest('hex');
      return eventOf(spec, columns, judged.values, { contentSha256, receivedAt });
    },
  };
}

const [TRADE_TIME, STATUS, VERSION] = ['trade_time', 'status', 'version'].map(reportingColumn) as [number, number, number];

function eventOf(
  spec: SourceSpec,
  columns: EventColumns,
  values: readonly Cell[],
  of: Pick<TradeEvent, 'contentSha256' | 'receivedAt'>,
): EventReading {
  const row: Value[] = [];
  const findings: MessageFinding[] = [];
  columns.row.forEach((compute, index) => row.push(computed(compute, values, REPORTING_COLUMNS[index]?.name ?? null, findings)));
  const sourceTradeId = computed(columns.sourceId, values, 'source_trade_id', findings);
  const [time, status, version] = [row[TRADE_TIME], row[STATUS], row[VERSION]];
  if (findings.length > 0) return { findings };
  if (typeof sourceTradeId !== 'string') return missing('source_trade_id');
  if (typeof time !== 'bigint') return missing('trade_time');
  if (typeof version !== 'bigint') return missing('version');
  if (version < 0n) return { findings: [{ code: 'VALUE_OUT_OF_RANGE', column: 'version', rule: null, expected: '0 or more' }] };
  if (!isStatus(status)) {
    return { findings: [{ code: 'VALUE_NOT_ALLOWED', column: 'status', rule: null, expected: 'NEW, AMENDED or CANCELLED' }] };
  }
  const tradeId = columns.tradeId(sourceTradeId);
  return {
    event: {
      eventId: eventId({ tradeId, version, status }),
      source: spec.name,
      specVersion: spec.spec_version,
      tradeId,
      sourceTradeId,
      version,
      status,
      tradeTimeUs: time,
      row,
      ...of,
    },
  };
}

/** A value too large for the canonical type is the message's fault: the warehouse would not hold it either. */
function computed(
  compute: (row: readonly Cell[]) => Value,
  values: readonly Cell[],
  column: string | null,
  findings: MessageFinding[],
): Value {
  try {
    return compute(values);
  } catch (error) {
    if (!isMarketsError(error, 'EXPRESSION_EVALUATION')) throw error;
    findings.push({ code: 'TYPE_MISMATCH', column, rule: null, expected: 'a value that the canonical column can hold' });
    return null;
  }
}

function missing(column: string): EventReading {
  return { findings: [{ code: 'NULL_NOT_ALLOWED', column, rule: null, expected: 'a value' }] };
}

function isStatus(value: Value | undefined): value is TradeStatus {
  return value === 'NEW' || value === 'AMENDED' || value === 'CANCELLED';
}

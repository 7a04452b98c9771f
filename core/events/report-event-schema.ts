/** The published JSON Schema of the events about reports. */
import { Type, type TObject, type TProperties, type TSchema } from '@sinclair/typebox';
import type { ReportEventData } from './report-event.ts';
import { LEDGER_DATA } from '../reports/entry.ts';

const text = Type.String();
const count = Type.Integer({ minimum: 0 });
const instant = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{6}Z$' });

function closed<T extends TProperties>(properties: T): TObject<T> {
  return Type.Object(properties, { additionalProperties: false });
}
function nullable(schema: TSchema): TSchema {
  return Type.Union([schema, Type.Null()]);
}

const tradeEvent = { event_id: text, trade_id: text, trade_version: text, status: text, trade_time: instant };

export const REPORT_EVENT_SCHEMAS: Readonly<Record<keyof ReportEventData, TObject>> = {
  report_entries_collected: closed({
    instance: text,
    first_seq: Type.Integer({ minimum: 1 }),
    last_seq: count,
    head_hash: text,
    bytes: count,
    is_complete: Type.Boolean(),
    events: Type.Array(closed({ ...tradeEvent, source: text, received_at: instant })),
    reports: Type.Array(
      closed({
        report_id: text,
        event_id: text,
        regime: text,
        order: text,
        kind: Type.Union(Object.keys(LEDGER_DATA).map((kind) => Type.Literal(kind))),
        action: nullable(text),
        due_at: nullable(instant),
        trn: nullable(text),
        tries: count,
        first_submitted_at: nullable(instant),
        accepted_newt_at: nullable(instant),
        accepted_canc_at: nullable(instant),
        codes: Type.Array(text),
        reason: nullable(text),
        contradicted: count,
      }),
    ),
  }),
  reports_checked: closed({ regimes: Type.Array(closed({ regime: text, due_soon: count, missed: count, failed: count })) }),
  reports_owed: closed({
    rows: Type.Array(closed({ ...tradeEvent, regime: text, is_eligible: Type.Boolean(), reason: nullable(text), due_at: instant })),
  }),
};

/** The venue's executions: a CSV with quoted names, and a properties file with rows, MD5 and total quantity. */
import { createHash } from 'node:crypto';
import { CLEARING_MEMBER } from '../bank/parties.ts';
import { clockText, decimalText, type Trade } from '../bank/trade.ts';
import { dataDelivery, type Delivery } from './delivery.ts';
import { newDocument, withByte } from './document.ts';
import type { ExecutionFault } from './executions-faults.ts';

export const EXECUTION_COLUMNS = [
  'exec_id',
  'order_id',
  'exec_time',
  'side',
  'last_qty',
  'last_px',
  'currency',
  'isin',
  'instrument_name',
  'trader_id',
  'book_id',
  'clearing_member',
  'mic',
] as const;

export type ExecutionFields = Readonly<Record<(typeof EXECUTION_COLUMNS)[number], string>>;

const VENUE = 'XETR';

function fieldsOf(trade: Trade): ExecutionFields {
  return {
    exec_id: `XE${trade.number}`,
    order_id: `ORD-${Math.floor(trade.number / 3)}`,
    exec_time: `${trade.day.replaceAll('-', '')}-${clockText(trade.timeUs, 6)}`,
    side: trade.buy ? '1' : '2',
    last_qty: String(trade.quantity),
    last_px: decimalText(trade.price),
    currency: trade.instrument.currency,
    isin: trade.instrument.isin,
    instrument_name: quoted(`${trade.instrument.name.toUpperCase()}, ${trade.instrument.id}`),
    trader_id: trade.trader,
    book_id: trade.book,
    clearing_member: CLEARING_MEMBER,
    mic: VENUE,
  };
}

export function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

export interface ExecutionDay {
  readonly day: string;
  /** Equities only; the venue trades nothing else. */
  readonly trades: readonly Trade[];
  readonly faults: readonly ExecutionFault[];
  readonly story?: string;
}

/** The data file and its control file. */
export function executionDeliveries(input: ExecutionDay): readonly [Delivery, Delivery] {
  const stem = `venue/executions_${input.day.replaceAll('-', '')}`;
  const document = newDocument();
  document.other(`${EXECUTION_COLUMNS.join(',')}\r\n`);
  const every = Math.max(2, Math.floor(input.trades.length / (input.faults.length + 1)));
  let total = 0;
  input.trades.forEach((trade, index) => {
    const fields = fieldsOf(trade);
    document.record(rowText(fields));
    document.other('\r\n');
    total += trade.quantity;
    const fault = (index + 1) % every === 0 ? input.faults[(index + 1) / every - 1] : undefined;
    if (fault === undefined) return;
    const spare = { ...fields, exec_id: fault.sameIdentity === true ? fields.exec_id : `XE9${fields.exec_id.slice(3)}` };
    const text = fault.text?.(spare) ?? rowText(fault.change?.(spare) ?? spare);
    document.record(fault.byte === undefined ? text : withByte(text, fault.byte), {
      what: fault.what,
      findings: fault.findings,
    });
    document.other('\r\n');
  });
  const data = dataDelivery('venue_executions', `${stem}.csv`, document, { story: input.story ?? '' });
  const { bytes, records } = document.finish();
  const control = [
    '# made after the close of trading',
    `file = ${stem.slice('venue/'.length)}.csv`,
    `rows = ${records}`,
    `md5 = ${createHash('md5').update(bytes).digest('hex')}`,
    `total_quantity = ${total}`,
    '',
  ].join('\n');
  return [
    data,
    {
      object: `${stem}.ctl`,
      bytes: Buffer.from(control),
      story: '',
      truth: { kind: 'control', source: 'venue_executions' },
    },
  ];
}

export function rowText(fields: ExecutionFields): string {
  return EXECUTION_COLUMNS.map((column) => fields[column]).join(',');
}

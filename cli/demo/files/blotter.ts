/** The order management system's blotter: one JSON object a line, compressed with gzip. */
import { gzipSync } from 'node:zlib';
import { clockText, decimalText, type Trade } from '../bank/trade.ts';
import type { BlotterFault } from './blotter-faults.ts';
import { dataDelivery, type Delivery } from './delivery.ts';
import { newDocument } from './document.ts';

/** Frankfurt in winter. */
const OFFSET_US = 3_600_000_000;
/** Byte 9 of a gzip header names the operating system; 255 is "unknown", the same everywhere. */
const GZIP_OS_BYTE = 9;

export interface BlotterDay {
  readonly day: string;
  readonly trades: readonly BlotterTrade[];
  readonly faults: readonly BlotterFault[];
  readonly story?: string;
}

export interface BlotterTrade extends Trade {
  readonly comment?: string;
  /** The desk typed a name instead of choosing a key. */
  readonly nameOnly?: string;
}

export type BlotterRow = Readonly<Record<string, unknown>>;

export function blotterName(day: string): string {
  return `oms/blotter_${day}.jsonl.gz`;
}

export function blotterDelivery(input: BlotterDay): Delivery {
  const document = newDocument();
  const every = Math.max(2, Math.floor(input.trades.length / (input.faults.length + 1)));
  input.trades.forEach((trade, index) => {
    const row = rowOf(trade);
    document.record(rowText(row));
    document.other('\n');
    const fault = (index + 1) % every === 0 ? input.faults[(index + 1) / every - 1] : undefined;
    if (fault === undefined) return;
    const spare = { ...row, trade_ref: fault.sameIdentity === true ? row['trade_ref'] : `OMS-9${String(trade.number).slice(1)}` };
    const text = rowText(fault.change(spare));
    document.record(fault.text?.(text) ?? text, { what: fault.what, findings: fault.findings });
    document.other('\n');
  });
  return dataDelivery('oms_blotter', blotterName(input.day), document, { story: input.story ?? '', encode: compressed });
}

function compressed(bytes: Buffer): Uint8Array {
  const result = gzipSync(bytes, { level: 6 });
  result[GZIP_OS_BYTE] = 255;
  return result;
}

function rowOf(trade: BlotterTrade): BlotterRow {
  return {
    trade_ref: `OMS-${trade.number}`,
    revision: trade.version,
    state: trade.status,
    booked_at: `${trade.day} ${clockText(trade.timeUs + OFFSET_US, 3)}`,
    side: trade.buy ? 'BUY' : 'SELL',
    quantity: new Digits(String(trade.quantity)),
    price: new Digits(decimalText(trade.price)),
    currency: trade.instrument.currency,
    instrument: { id: trade.instrument.id, type: trade.instrument.assetClass },
    counterparty:
      trade.nameOnly === undefined ? { id: trade.counterparty.id, name: trade.counterparty.name } : { id: null, name: trade.nameOnly },
    trader: trade.trader,
    book: trade.book,
    comment: trade.comment ?? null,
  };
}

/** A number that is written with exactly these digits: no float in between. */
export class Digits {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

function rowText(row: BlotterRow): string {
  return jsonText(row);
}

function jsonText(value: unknown): string {
  if (value instanceof Digits) return value.text;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([name, member]) => `${JSON.stringify(name)}: ${jsonText(member)}`);
  return `{${members.join(', ')}}`;
}

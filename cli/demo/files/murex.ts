/** Murex trade confirmations: an XML document with two namespaces, and the control file that says it is complete. */
import { createHash } from 'node:crypto';
import { addDays, clockText, decimalText, type Trade } from '../bank/trade.ts';
import { dataDelivery, type Delivery } from './delivery.ts';
import { newDocument, withByte, type Document } from './document.ts';
import type { MurexFault } from './murex-faults.ts';

export interface MurexFields {
  readonly trade_id: string;
  readonly trade_version: string;
  readonly event: string;
  readonly execution_time: string;
  readonly settlement_date: string;
  readonly trader: string;
  readonly book: string;
  readonly counterparty: string;
  readonly counterparty_name: string;
  readonly counterparty_lei: string;
  readonly instrument: string;
  readonly isin: string;
  readonly asset_class: string;
  readonly direction: string;
  readonly quantity: string;
  readonly price: string;
  readonly currency: string;
}

/** Frankfurt in winter: what the desk's clock shows is an hour ahead of UTC. */
const OFFSET_US = 3_600_000_000;
const OFFSET = '+01:00';

function fieldsOf(trade: Trade): MurexFields {
  return {
    trade_id: `MX-${trade.number}`,
    trade_version: String(trade.version),
    event: trade.status,
    execution_time: `${trade.day}T${clockText(trade.timeUs + OFFSET_US, 3)}${OFFSET}`,
    settlement_date: addDays(trade.day, 2),
    trader: trade.trader,
    book: trade.book,
    counterparty: trade.counterparty.id,
    counterparty_name: trade.counterparty.name,
    counterparty_lei: trade.counterparty.lei,
    instrument: trade.instrument.id,
    isin: trade.instrument.isin,
    asset_class: trade.instrument.assetClass,
    direction: trade.buy ? 'B' : 'S',
    quantity: String(trade.quantity),
    price: decimalText(trade.price),
    currency: trade.instrument.currency,
  };
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

function rowText(fields: MurexFields): string {
  const element = (name: string, value: string): string => (value === '' ? '' : `<${name}>${escaped(value)}</${name}>`);
  return [
    `<mx:trade tradeId="${fields.trade_id}" version="${fields.trade_version}">`,
    `    ${element('mx:event', fields.event)}`,
    '    <mx:execution>',
    `      ${element('mx:time', fields.execution_time)}${element('mx:settlement', fields.settlement_date)}`,
    `      ${element('mx:trader', fields.trader)}${element('mx:book', fields.book)}`,
    '    </mx:execution>',
    `    <mx:counterparty lei="${fields.counterparty_lei}">`,
    `      ${element('mx:id', fields.counterparty)}${element('mx:name', fields.counterparty_name)}`,
    '    </mx:counterparty>',
    `    <fin:instrument id="${fields.instrument}">`,
    `      ${element('fin:isin', fields.isin)}${element('fin:class', fields.asset_class)}`,
    '    </fin:instrument>',
    '    <mx:economics>',
    `      ${element('mx:direction', fields.direction)}${element('mx:quantity', fields.quantity)}`,
    `      <mx:price ccy="${fields.currency}">${fields.price}</mx:price>`,
    '    </mx:economics>',
    '  </mx:trade>',
  ]
    .filter((line) => line.trim() !== '')
    .join('\n');
}

export interface MurexDay {
  /** YYYY-MM-DD. */
  readonly day: string;
  readonly trades: readonly Trade[];
  /** Extra bad rows: made from a trade of the day by what a fault changes. */
  readonly faults: readonly MurexFault[];
  readonly story?: string;
  /** Added to the number of records that the control file states. */
  readonly controlCountError?: number;
}

/** The data file and its control file. */
export function murexDeliveries(input: MurexDay): readonly Delivery[] {
  const stem = `murex/trades_${input.day.replaceAll('-', '')}`;
  const document = murexDocument(input);
  const { bytes, records } = document.finish();
  const wrongCount = input.controlCountError ?? 0;
  const data = dataDelivery('murex_trades', `${stem}.xml`, document, {
    story: input.story ?? '',
    fileCodes: wrongCount === 0 ? [] : ['CONTROL_COUNT'],
  });
  const control = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<control>',
    `  <file>${stem.slice('murex/'.length)}.xml</file>`,
    `  <records>${records + wrongCount}</records>`,
    `  <sha256>${createHash('sha256').update(bytes).digest('hex')}</sha256>`,
    '</control>\n',
  ].join('\n');
  return [
    data,
    {
      object: `${stem}_ctrl.xml`,
      bytes: Buffer.from(control),
      story: '',
      truth: { kind: 'control', source: 'murex_trades' },
    },
  ];
}

function murexDocument(input: MurexDay): Document {
  const document = newDocument();
  document.other('<?xml version="1.0" encoding="UTF-8"?>\n');
  document.other('<mx:confirmations xmlns:mx="urn:murex:confirmation:3" xmlns:fin="urn:murex:instrument:1">\n');
  document.other(`  <mx:batch date="${input.day}"/>\n`);
  // Bad rows stand between good ones, every few records, so that both sides of each are seen to be whole.
  const every = Math.max(2, Math.floor(input.trades.length / (input.faults.length + 1)));
  input.trades.forEach((trade, index) => {
    const fields = fieldsOf(trade);
    write(document, rowText(fields));
    const fault = (index + 1) % every === 0 ? input.faults[(index + 1) / every - 1] : undefined;
    if (fault === undefined) return;
    const changed = fault.change({ ...fields, trade_id: fault.sameIdentity === true ? fields.trade_id : spareId(fields) });
    const text = rowText(changed);
    write(document, fault.byte === undefined ? text : withByte(text, fault.byte), fault);
  });
  document.other('</mx:confirmations>\n');
  return document;
}

/** A trade id that no good trade has. */
function spareId(fields: MurexFields): string {
  return `MX-9${fields.trade_id.slice('MX-9'.length)}`;
}

function write(document: Document, content: string | Uint8Array, fault?: MurexFault): void {
  document.other('  ');
  document.record(content, fault === undefined ? undefined : { what: fault.what, findings: fault.findings });
  document.other('\n');
}

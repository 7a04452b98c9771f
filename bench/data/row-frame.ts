/** What stands around the fields of a row in each format. */
import { TRADES_COLUMNS, type TradesFormat } from './trades-spec.ts';

export interface FieldFrame {
  readonly open: Buffer;
  readonly close: Buffer;
  /** Takes the place of all three where the value is NULL. */
  readonly absent: Buffer;
}

export interface RowFrame {
  /** Before the first row. */
  readonly head: Buffer;
  readonly foot: Buffer;
  readonly open: Buffer;
  readonly close: Buffer;
  /** By column. */
  readonly fields: readonly FieldFrame[];
}

export interface CsvStyle {
  readonly lineEnd: '\n' | '\r\n';
  readonly quoteAll: boolean;
}

function frame(open: string, close: string, absent: string): FieldFrame {
  return { open: Buffer.from(open), close: Buffer.from(close), absent: Buffer.from(absent) };
}

function csvFrame({ lineEnd, quoteAll }: CsvStyle): RowFrame {
  const quote = quoteAll ? '"' : '';
  const header = TRADES_COLUMNS.map(({ name }) => `${quote}${name}${quote}`).join(',');
  const fields = TRADES_COLUMNS.map((_, place) => {
    const delimiter = place === 0 ? '' : ',';
    return frame(delimiter + quote, quote, delimiter + quote + quote);
  });
  return { head: Buffer.from(header + lineEnd), foot: Buffer.alloc(0), open: Buffer.alloc(0), close: Buffer.from(lineEnd), fields };
}

function jsonFrame(): RowFrame {
  const fields = TRADES_COLUMNS.map(({ name, literal }, place) => {
    const member = `${place === 0 ? '' : ','}"${name}":`;
    return literal ? frame(member, '', `${member}null`) : frame(`${member}"`, '"', `${member}null`);
  });
  return { head: Buffer.alloc(0), foot: Buffer.alloc(0), open: Buffer.from('{'), close: Buffer.from('}\n'), fields };
}

function xmlFrame(): RowFrame {
  const fields = TRADES_COLUMNS.map(({ name }) => frame(`<${name}>`, `</${name}>`, ''));
  const head = Buffer.from('<?xml version="1.0" encoding="UTF-8"?>\n<trades>\n');
  return { head, foot: Buffer.from('</trades>\n'), open: Buffer.from('<trade>'), close: Buffer.from('</trade>\n'), fields };
}

/** No value of a trade needs an escape in any of the formats. */
export function rowFrame(format: TradesFormat, csv: CsvStyle): RowFrame {
  switch (format) {
    case 'csv':
      return csvFrame(csv);
    case 'jsonl':
      return jsonFrame();
    case 'xml':
      return xmlFrame();
  }
}

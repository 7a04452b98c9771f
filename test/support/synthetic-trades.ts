/**
 * A CSV of made-up trades of any length, the same bytes for the same arguments, and the spec that reads it. Written in
 * chunks, so that a file of any size needs little memory.
 */
import { closeSync, openSync, writeSync } from 'node:fs';

export interface SyntheticTrades {
  readonly rows: number;
  /** YYYY-MM-DD of every trade. */
  readonly date: string;
  /** Every nth row is bad (a price of letters); 0 for none. */
  readonly badEvery: number;
  /** First number of the trade ids. */
  readonly firstId?: number;
}

const HEADER =
  'trade_id,trade_time,side,quantity,price,currency,status,version,trader_id,counterparty_id,instrument_id,isin,book_id,venue\n';
const CURRENCIES = ['USD', 'EUR', 'GBP', 'JPY'] as const;
const VENUES = ['XNAS', 'XLON', 'XPAR', 'XETR'] as const;
const ROWS_PER_CHUNK = 4096;

function digits(value: number, width: number): string {
  return String(value).padStart(width, '0');
}

/** The nth trade as its CSV line; a small multiplicative generator gives each row its own numbers. */
function line(options: SyntheticTrades, row: number): string {
  const id = (options.firstId ?? 1) + row;
  const random = Math.imul(id, 2654435761) >>> 0;
  const second = row % 86_400;
  const time = `${digits(Math.trunc(second / 3600), 2)}:${digits(Math.trunc(second / 60) % 60, 2)}:${digits(second % 60, 2)}`;
  const bad = options.badEvery > 0 && row % options.badEvery === options.badEvery - 1;
  const price = bad ? 'n/a' : `${String(1 + (random % 5000))}.${digits(random % 10_000, 4)}`;
  return [
    `T-${digits(id, 9)}`,
    `${options.date}T${time}.${digits(random % 1_000_000, 6)}Z`,
    random % 2 === 0 ? 'BUY' : 'SELL',
    String(1 + (random % 900) * 10),
    price,
    CURRENCIES[random % 4],
    'NEW',
    '1',
    `TR${digits(random % 50, 3)}`,
    `CP${digits(random % 200, 4)}`,
    `INS${digits(random % 1000, 5)}`,
    '',
    `BK${digits(random % 20, 2)}`,
    VENUES[(random >>> 8) % 4],
  ].join(',');
}

/** Writes the file and gives its size in bytes. */
export function writeSyntheticTrades(path: string, options: SyntheticTrades): number {
  const file = openSync(path, 'w');
  let bytes = writeSync(file, HEADER);
  try {
    for (let row = 0; row < options.rows; row += ROWS_PER_CHUNK) {
      const lines: string[] = [];
      for (let next = row; next < Math.min(row + ROWS_PER_CHUNK, options.rows); next += 1) lines.push(line(options, next));
      bytes += writeSync(file, `${lines.join('\n')}\n`);
    }
  } finally {
    closeSync(file);
  }
  return bytes;
}

/** The spec of these files: only the keys that a source must have. */
export function syntheticTradesSpec(name: string): string {
  return `name: ${name}
description: Made-up trades for measurements
owner: markets-data@example.com
domain: markets
source:
  path_pattern: ${name}/trades_*.csv
schema:
  - {name: trade_id, type: STRING, nullable: false, description: Identity of the trade}
  - {name: trade_time, type: TIMESTAMP, nullable: false, description: Moment of the trade}
  - {name: side, type: STRING, nullable: false, allowed_values: [BUY, SELL], description: Own side}
  - {name: quantity, type: NUMERIC, nullable: false, min_value: 0, description: Traded quantity}
  - {name: price, type: NUMERIC, nullable: false, description: Price of one unit}
  - {name: currency, type: STRING, pattern: '[A-Z]{3}', description: Currency of the price}
  - {name: status, type: STRING, allowed_values: [NEW, AMENDED, CANCELLED], description: State of the trade}
  - {name: version, type: INT64, min_value: 1, description: Version of the trade}
  - {name: trader_id, type: STRING, description: Key of the trader}
  - {name: counterparty_id, type: STRING, description: Key of the counterparty}
  - {name: instrument_id, type: STRING, nullable: false, description: Key of the instrument}
  - {name: isin, type: STRING, description: ISIN of the instrument}
  - {name: book_id, type: STRING, description: Key of the book}
  - {name: venue, type: STRING, max_length: 4, description: MIC of the venue}
expectations:
  frequency: daily
processing:
  identity: {domain: markets, source_system: SYNTHETIC, source_id_field: trade_id}
`;
}

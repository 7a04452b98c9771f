/** What the end of the demo week shows: trades, extract, and one trade followed back to its bytes. */
import { gunzipSync } from 'node:zlib';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import type { WarehouseReader } from '../../core/ports/warehouse-reader.ts';
import type { DemoExtract, DemoTrace } from './outcome.ts';
import { readRows, type TextRow } from '../sandbox/rows.ts';

/** One trade for each thing that happened to trades in the week. */
const TOLD = [
  'MX-100003', // amended on Wednesday
  'MX-100007', // cancelled on Wednesday
  'MX-100045', // its counterparty came a day later
  'MX-100050', // its trader came a day later
  'MX-100092', // its share and its book came a day later
  'MX-100167', // its counterparty never comes
  'OMS-70006', // its counterparty was found by a sloppy name
  'OMS-70031', // amended on Thursday
];

const FLAGS = 'trader_not_found or counterparty_not_found or instrument_not_found or book_not_found';

export interface CollectedTrades {
  readonly trades: readonly TextRow[];
  readonly trade_count: number;
  readonly still_flagged: readonly TextRow[];
}

export async function collectTrades(reader: WarehouseReader): Promise<CollectedTrades> {
  const places = TOLD.map(() => '?').join(', ');
  const trades = await readRows(
    reader,
    `select * from curation.trades_enriched where source_trade_id in (${places}) order by source_trade_id`,
    TOLD,
  );
  const [counted] = await readRows(reader, 'select count(*) as trades from curation.trades_enriched');
  const still_flagged = await readRows(reader, `select * from curation.trades_enriched where ${FLAGS} order by source_trade_id limit 1000`);
  return { trades, trade_count: Number(counted?.['trades'] ?? 0), still_flagged };
}

/** An extract of the demo is small enough to be read whole. */
const EXTRACT_BYTES_MAX = 16 * 1024 * 1024;

export async function collectExtracts(store: ObjectStore): Promise<readonly DemoExtract[]> {
  const extracts: DemoExtract[] = [];
  for await (const { name, sizeBytes } of store.list('extracts/')) {
    if (!name.endsWith('.jsonl.gz')) continue;
    const content = gunzipSync(await store.read(name, { maxBytes: EXTRACT_BYTES_MAX })).toString('utf8');
    const lines = content.split('\n').filter((line) => line !== '');
    const manifest = await manifestOf(store, name.replace(/\.jsonl\.gz$/, '.manifest.json'));
    extracts.push({ object: name, rows: lines.length, bytes: sizeBytes, sha256: manifest.sha256, first_row: lines[0] ?? '' });
  }
  return extracts;
}

async function manifestOf(store: ObjectStore, name: string): Promise<{ readonly sha256: string }> {
  return JSON.parse((await store.read(name)).toString('utf8')) as { readonly sha256: string };
}

/** Follows the trade from the warehouse to its delivered bytes in the archive. */
export async function collectTrace(reader: WarehouseReader, store: ObjectStore, sourceTradeId: string): Promise<DemoTrace | null> {
  const [trade] = await readRows(reader, 'select * from curation.trades_enriched where source_trade_id = ?', [sourceTradeId]);
  if (trade === undefined) return null;
  const file = trade['_file'] ?? '';
  const archived = await archivedObject(store, trade['_load_id'] ?? '', file.slice(file.lastIndexOf('/') + 1));
  if (archived === undefined) return null;
  const delivered = await store.read(archived, { maxBytes: EXTRACT_BYTES_MAX });
  const content = file.endsWith('.gz') ? gunzipSync(delivered) : delivered;
  const start = Number(trade['_byte_offset']);
  const length = Number(trade['_byte_length']);
  return {
    trade_id: trade['trade_id'] ?? '',
    source_trade_id: sourceTradeId,
    file,
    archived_as: archived,
    record: Number(trade['_record']),
    line: (trade['_line'] ?? null) === null ? null : Number(trade['_line']),
    byte_offset: start,
    byte_length: length,
    raw: content.subarray(start, start + length).toString('utf8'),
  };
}

async function archivedObject(store: ObjectStore, loadId: string, name: string): Promise<string | undefined> {
  for await (const each of store.list('archive/')) {
    if (each.name.endsWith(`/${loadId}/${name}`)) return each.name;
  }
  return undefined;
}

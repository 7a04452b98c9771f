/**
 * The way of one record in both directions: a trade back to the bytes of every version of it, or a file and its line forward to the
 * trade and the extracts. Reads the events, the warehouse's snapshot, staged parts and the archive; changes nothing.
 */
import { MarketsError } from '../../core/errors/markets-error.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import type { WarehouseReader } from '../../core/ports/warehouse-reader.ts';
import type { SourceSpec } from '../../core/spec/source-spec.ts';
import { classifiedInWarehouse } from '../../core/classification/classified-columns.ts';
import type { LaneState, LoadState } from '../state/lane-state.ts';
import { loadState } from '../state/load-state.ts';
import { extractsWith } from './find-extracts.ts';
import { recordAtLine, recordByNumber } from './part-records.ts';
import { quarantinedAtLine, tracedLoad, tracedMessage, tracedRecord, type RecordPlace, type TraceContext } from './traced-record.ts';
import type { TracedRecord, TracedRow, TraceResult } from './trace-result.ts';
import { tradeRows, type TradeRows } from './trade-rows.ts';

export interface TraceOptions {
  readonly store: ObjectStore;
  readonly specs: readonly SourceSpec[];
  /** null where there is no warehouse yet: files are traced to their staged part then. */
  readonly reader: WarehouseReader | null;
  /** A trade_id, the id that a source gave, or a file below landing/ with or without :LINE. */
  readonly query: string;
  /** Shows classified values too. */
  readonly unmasked: boolean;
}

const FILE_LINE = /^(.+?)(?::(\d{1,15}))?$/;

/** CLI_USAGE where nothing has this name. */
export async function trace(options: TraceOptions): Promise<TraceResult> {
  const state = await loadState(options.store);
  const masked = options.unmasked ? new Set<string>() : classifiedInWarehouse(options.specs);
  const trades = options.reader === null ? null : tradeRows(options.reader, masked);
  const context: TraceContext = { store: options.store, state, unmasked: options.unmasked };
  const trade = trades === null ? null : await trades.current(options.query);
  if (trades !== null && trade !== null) return await traceTrade(context, trades, trade, options.query);
  const [, file = '', line] = FILE_LINE.exec(options.query) ?? [];
  const loads = loadsOfFile(state, file);
  if (loads.length === 0) throw nothingFound(options);
  return await traceFile(context, trades, loads, options.query, line === undefined ? null : Number(line));
}

/** Every version of the trade, the one that stands first. */
async function traceTrade(context: TraceContext, trades: TradeRows, trade: TracedRow, query: string): Promise<TraceResult> {
  const id = trade['trade_id'] ?? '';
  const extracts = await extractsWith(context.store, context.state, id);
  const records: TracedRecord[] = [];
  for (const version of await trades.versions(id)) {
    const load = context.state.loads.get(version['_load_id'] ?? '');
    const number = Number(version['_record']);
    if (load?.is_stream === true) {
      records.push(tracedMessage(load, version['_file'] ?? '', number, { trade: version, extracts }));
      continue;
    }
    const place = load === undefined ? null : await recordByNumber(context.store, load.parts, number);
    if (load === undefined || place === null) continue;
    records.push(await tracedRecord(context, load, { ...place, findings: [] }, { trade: version, extracts }));
  }
  const loads = new Map(records.map((record) => [record.load.load_id, record.load]));
  return { query, loads: [...loads.values()], records, trade };
}

async function traceFile(
  context: TraceContext,
  trades: TradeRows | null,
  loads: readonly LoadState[],
  query: string,
  line: number | null,
): Promise<TraceResult> {
  const records: TracedRecord[] = [];
  for (const load of line === null ? [] : loads) {
    const place = await placeOfLine(context, load, line ?? 0);
    if (place === null) continue;
    const trade = trades === null || place.findings.length > 0 ? null : await trades.ofRecord(load.load_id, place.record);
    const tradeId = trade?.['trade_id'] ?? null;
    const extracts = tradeId === null ? [] : await extractsWith(context.store, context.state, tradeId);
    records.push(await tracedRecord(context, load, place, { trade, extracts }));
  }
  const id = records.find((record) => record.trade !== null)?.trade?.['trade_id'];
  return {
    query,
    loads: loads.map(tracedLoad),
    records,
    trade: id === undefined || id === null || trades === null ? null : await trades.current(id),
  };
}

/** The record that holds the line: the nearest before it, staged or refused. */
async function placeOfLine(context: TraceContext, load: LoadState, line: number): Promise<RecordPlace | null> {
  const refused = await quarantinedAtLine(context, load, line);
  const staged = await recordAtLine(context.store, load.parts, line);
  if (staged === null) return refused;
  return refused !== null && (refused.line ?? 0) > (staged.line ?? 0) ? refused : { ...staged, findings: [] };
}

/** By its whole name below landing/, else by its last part. */
function loadsOfFile(state: LaneState, file: string): readonly LoadState[] {
  const all = [...state.loads.values()];
  const exact = all.filter((load) => load.object === file || load.archived_as === file);
  return exact.length > 0 ? exact : all.filter((load) => load.object.endsWith(`/${file}`));
}

function nothingFound({ query, reader }: TraceOptions): MarketsError {
  return new MarketsError('CLI_USAGE', 'Nothing has this name.', {
    expected: 'a trade_id, the id that a source gave a trade, or a file below landing/ with or without :LINE',
    found: query,
    next: reader === null ? 'There is no warehouse yet: call `markets run` first.' : 'See `markets status` and `markets quarantine list`.',
  });
}

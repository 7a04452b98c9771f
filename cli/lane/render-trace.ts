/** The way of a record, for a reader: from the top, what left the house, to the bottom, the bytes that came in. */
import type { TracedLoad, TracedRecord, TraceResult } from '../../orchestrator/trace/trace-result.ts';
import { renderTable } from '../framework/table.ts';

const TRADE_COLUMNS = [
  'trade_id',
  'source_trade_id',
  'source_name',
  'version',
  'status',
  'trade_time',
  'side',
  'quantity',
  'price',
  'currency',
  'trader_name',
  'counterparty_name',
  'instrument_id',
  'book_name',
] as const;

export function renderTrace(result: TraceResult, colour: boolean): string {
  const bold = (text: string): string => (colour ? `\u001b[1m${text}\u001b[0m` : text);
  const sections = [
    ...(result.trade === null ? [] : [`${bold('TRADE')}\n${renderTrade(result.trade)}`]),
    ...(result.records.length === 0 ? [`${bold('LOADS')}\n${renderLoads(result.loads)}`] : []),
    ...result.records.map((record) => `${bold(titleOf(record))}\n${renderRecord(record)}`),
  ];
  return sections.join('\n\n');
}

function renderTrade(trade: NonNullable<TraceResult['trade']>): string {
  const rows = TRADE_COLUMNS.filter((column) => trade[column] !== undefined).map((column) => [column, trade[column]]);
  return renderTable(['column', 'value'], rows);
}

function titleOf({ outcome, trade, load }: TracedRecord): string {
  if (outcome === 'quarantined') return 'REFUSED RECORD';
  const version = trade?.['version'];
  const replaced = load.superseded_by === null ? '' : ', replaced by a resupply';
  return version === undefined || version === null ? `RECORD${replaced}` : `VERSION ${version}${replaced}`;
}

function renderRecord(record: TracedRecord): string {
  const { load } = record;
  const steps: (readonly [string, string])[] = [
    ['extract', record.extracts.length === 0 ? 'in none' : record.extracts.join('\n             ')],
    ['warehouse', record.trade === null ? 'no trade from it' : `curation.trade_versions, trade_id ${record.trade['trade_id'] ?? ''}`],
    [record.outcome === 'staged' ? 'staged' : 'quarantine', `${record.object ?? ''}, record ${record.record}`],
    ['load', `${load.load_id}, version ${load.version} of ${load.file}, business date ${load.business_date}`],
    ...(record.message === null ? bytesOf(record) : [messageOf(record.message)]),
    ...record.findings.map((one): readonly [string, string] => [
      'finding',
      `${one.code} ${one.column ?? one.rule ?? ''}: found ${one.found ?? 'nothing'}, expected ${one.expected ?? ''}`,
    ]),
  ];
  return steps.map(([name, text]) => `  ${name.padEnd(11)}${text}`).join('\n');
}

function bytesOf(record: TracedRecord): readonly (readonly [string, string])[] {
  const end = (record.byte_offset ?? 0) + (record.byte_length ?? 0);
  return [
    ['archive', record.load.archived_as ?? 'not yet'],
    ['bytes', `${record.byte_offset ?? '?'} to ${end}${record.line === null ? '' : `, line ${record.line}`}`],
    ['raw', visible(record.raw)],
  ];
}

function messageOf(message: NonNullable<TracedRecord['message']>): readonly [string, string] {
  const { kafka_topic, kafka_partition, kafka_offset } = message;
  return ['message', `topic ${kafka_topic}, partition ${kafka_partition}, offset ${kafka_offset}`];
}

/** Control characters of the data must not reach the terminal; lines of the record are kept apart. */
function visible(raw: string | null): string {
  if (raw === null) return '';
  return raw.replace(/\r?\n/g, '\n             ').replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g, '·');
}

function renderLoads(loads: readonly TracedLoad[]): string {
  return renderTable(
    ['load', 'file', 'date', 'version', 'status', 'records', 'staged', 'refused', 'archive'],
    loads.map((load) => [
      load.load_id.slice(0, 12),
      load.file,
      load.business_date,
      load.version,
      load.superseded_by === null ? load.status : `${load.status}, replaced`,
      load.records_in,
      load.staged,
      load.quarantined,
      load.archived_as,
    ]),
  );
}

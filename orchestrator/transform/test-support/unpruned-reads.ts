/**
 * Reads and changes of large partitioned tables whose statement names no partition by literals. It looks at the text: the models write a pruned read as
 * (select * from TABLE where FILTER), a change as `delete from TABLE where ... and FILTER`, a merge with its filter in the ON clause.
 */
import type { SentStatement } from './analyzing-bigquery.ts';

export interface UnprunedRead {
  readonly node: string;
  /** layer.table */
  readonly table: string;
  readonly sql: string;
}

/** What grows with the history of transactions, by the column of its partitions. Reference data and the narrow key tables are read whole. */
const PARTITIONED: readonly (readonly [table: RegExp, column: string])[] = [
  // A view over the envelopes, which hold the time of their partition.
  [/^raw\.\w+_stream$/, '_ingestion_time'],
  [/^raw\./, '_PARTITIONDATE'],
  [/^staging\.(stg_\w+|int_stream_messages)$/, '_published_on'],
  [/^curation\.int_(trades|executions|orders|quotes|prices)$/, '_published_on'],
  [/^curation\.(trade_versions|trades_enriched|executions)$/, 'trade_date'],
  [/^curation\.orders$/, 'order_date'],
  [/^curation\.int_candle_trades$/, 'traded_on'],
  [/^curation\.candles$/, 'window_start'],
  [/^control\.event_log$/, 'event_at'],
  [/^control\.quarantined_rows$/, 'business_date'],
];
/** Models that are incremental: their own statements, and what their hooks and compilation send. */
const INCREMENTAL =
  /^(stg_\w+|int_\w+|trade_versions|trades_enriched|executions|orders|event_log|event_segments|quarantined_rows|candles|stream_sequences|stream_reads)$/;
const READ = /\b(from|join|into)\s+`[\w-]+`\.`\w*?(raw|staging|curation|control)`\.`(\w+)`/gi;
const LITERAL = String.raw`(?:in \((?:date|timestamp) '|(?:>=|between) (?:date|timestamp) '|= date '|is null)`;

export function unprunedReads(statements: readonly SentStatement[]): readonly UnprunedRead[] {
  return statements.flatMap(({ sql, labels }) => {
    const node = labels['dbt_node'] ?? '';
    // A view reads nothing; whoever asks it names the partitions.
    if (!INCREMENTAL.test(node) || node.endsWith('_validity') || /^create or replace view/i.test(sql)) return [];
    return [...sql.matchAll(READ)].flatMap((found) => {
      const [, word = '', layer = '', name = ''] = found;
      const table = `${layer}.${name}`;
      const column = PARTITIONED.find(([pattern]) => pattern.test(table))?.[1];
      const isInsertOnly = /^insert into/i.test(sql) && word.toLowerCase() === 'into';
      if (column === undefined || name.includes('__dbt_tmp') || isInsertOnly) return [];
      // What follows the table up to the next one that is read, or to the end of the statement.
      const behind = sql.slice(found.index + found[0].length);
      const scope = word.toLowerCase() === 'into' ? behind : (behind.split(/;|\bunion all\b/)[0] ?? '');
      const filter = new RegExp(String.raw`^(?: as \w+)?[\s\S]{0,400}?\b(?:\w+\.)?${column} ${LITERAL}`);
      const isPruned =
        word.toLowerCase() === 'into' ? new RegExp(String.raw`\bstanding\.${column} ${LITERAL}`).test(scope) : filter.test(scope);
      return isPruned ? [] : [{ node, table, sql }];
    });
  });
}

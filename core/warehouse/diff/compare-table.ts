/**
 * One table on two sides, row by row. Both are read once, whatever their order, into buckets of digests; only where something differs are the first
 * such rows read again and shown. Memory is bounded by a bucket.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { MASKED } from '../../classification/classified-columns.ts';
import type { WarehouseReader } from '../../ports/warehouse-reader.ts';
import { typeDifferences, type TypeDifference } from './column-types.ts';
import { bucketCount, createRowBuckets, keyDigest, type RowBuckets } from './row-buckets.ts';
import { readTable, type ComparedTable, type ReadRow } from './table-rows.ts';

export interface RowDifference {
  readonly kind: 'only_left' | 'only_right' | 'changed';
  readonly key: Readonly<Record<string, string | null>>;
  /** Columns that differ, classified values masked; all of them for a row of one side only. */
  readonly columns: readonly { readonly column: string; readonly left: string | null; readonly right: string | null }[];
}

export interface TableComparison {
  readonly left_rows: number;
  readonly right_rows: number;
  /** Rows whose key only one side has. */
  readonly only_left: number;
  readonly only_right: number;
  /** Keys whose rows differ. */
  readonly changed: number;
  readonly types: readonly TypeDifference[];
  readonly first: readonly RowDifference[];
}

export interface CompareTableOptions {
  readonly left: WarehouseReader;
  readonly right: WarehouseReader;
  readonly masked: ReadonlySet<string>;
  readonly scratchFolder: string;
  /** Differences that are shown. */
  readonly firstMax: number;
}

export async function compareTable(table: ComparedTable, options: CompareTableOptions): Promise<TableComparison> {
  const folder = await mkdtemp(join(options.scratchFolder, 'diff-'));
  const buckets = bucketCount(Math.max(await countRows(table, options.left), await countRows(table, options.right)));
  const sides: RowBuckets[] = [];
  try {
    const open = async (side: string): Promise<RowBuckets> => {
      await mkdir(join(folder, side));
      const made = createRowBuckets(join(folder, side), buckets);
      sides.push(made);
      return made;
    };
    const [left, right] = [await open('left'), await open('right')];
    const leftRows = await readTable(options.left, table);
    for await (const { key, row } of leftRows.rows) left.add(key, row);
    const rightRows = await readTable(options.right, table);
    for await (const { key, row } of rightRows.rows) right.add(key, row);
    const found = compareBuckets(left, right, buckets, options.firstMax);
    return {
      left_rows: left.rows,
      right_rows: right.rows,
      ...found.counts,
      types: typeDifferences(leftRows.columns, rightRows.columns),
      first: await firstDifferences(table, options, found.keys),
    };
  } finally {
    sides.forEach((side) => {
      side.close();
    });
    await rm(folder, { recursive: true, force: true });
  }
}

async function countRows({ layer, name }: ComparedTable, reader: WarehouseReader): Promise<number> {
  const { batches } = await reader.query(`select count(*) as n from ${reader.dialect.table(layer, name)}`);
  for await (const [row] of batches) return Number(row?.[0] ?? 0);
  return 0;
}

type Counts = Pick<TableComparison, 'only_left' | 'only_right' | 'changed'>;

function compareBuckets(
  left: RowBuckets,
  right: RowBuckets,
  buckets: number,
  firstMax: number,
): { readonly counts: Counts; readonly keys: ReadonlySet<string> } {
  const counts = { only_left: 0, only_right: 0, changed: 0 };
  const keys = new Set<string>();
  const differs = (key: string, kind: keyof Counts, rows: number): void => {
    counts[kind] += rows;
    if (keys.size < firstMax) keys.add(key);
  };
  for (let bucket = 0; bucket < buckets; bucket += 1) {
    const [ours, theirs] = [left.read(bucket), right.read(bucket)];
    for (const [key, rows] of ours) {
      const others = theirs.get(key);
      if (others === undefined) differs(key, 'only_left', rows.length);
      else if (rows.length !== others.length || rows.some((row, index) => row !== others[index])) differs(key, 'changed', 1);
    }
    for (const [key, rows] of theirs) if (!ours.has(key)) differs(key, 'only_right', rows.length);
  }
  return { counts, keys };
}

async function firstDifferences(
  table: ComparedTable,
  { left, right, masked }: CompareTableOptions,
  keys: ReadonlySet<string>,
): Promise<readonly RowDifference[]> {
  if (keys.size === 0) return [];
  const [ours, theirs] = [await rowsOfKeys(left, table, keys), await rowsOfKeys(right, table, keys)];
  const shown = (column: string, value: string | null): string | null => (value !== null && masked.has(column) ? MASKED : value);
  return [...keys].map((key) => {
    const [one, other] = [ours.get(key), theirs.get(key)];
    const known = one ?? other ?? {};
    const differing = table.columns.filter((column) => one?.[column] !== other?.[column]);
    return {
      kind: other === undefined ? 'only_left' : one === undefined ? 'only_right' : 'changed',
      key: Object.fromEntries(table.key.map((column) => [column, shown(column, known[column] ?? null)])),
      columns: differing.map((column) => ({
        column,
        left: shown(column, one?.[column] ?? null),
        right: shown(column, other?.[column] ?? null),
      })),
    };
  });
}

/** The first row of each key: where a key has several rows that differ in number only, no column is named. */
async function rowsOfKeys(
  reader: WarehouseReader,
  table: ComparedTable,
  keys: ReadonlySet<string>,
): Promise<ReadonlyMap<string, ReturnType<ReadRow['values']>>> {
  const found = new Map<string, ReturnType<ReadRow['values']>>();
  for await (const { key, values } of (await readTable(reader, table)).rows) {
    const digest = keyDigest(key);
    if (keys.has(digest) && !found.has(digest)) found.set(digest, values());
    if (found.size === keys.size) break;
  }
  return found;
}

/** The files that are measured, and what each is held against. */
import { cachedGzip, cachedTrades, type CachedTrades } from '../data/cached-trades.ts';
import type { TradesFormat } from '../data/trades-spec.ts';
import type { TradesVariant } from '../data/write-trades.ts';

export const VARIANTS = [
  'clean',
  'dirty',
  'few_bad',
  'unique',
  'crlf',
  'quoted',
  'timestamps',
  'newlines',
  'gzip',
  'gzip_members',
  'jsonl',
  'xml',
] as const;
export type VariantName = (typeof VARIANTS)[number];

export interface VariantFile {
  readonly name: VariantName;
  readonly title: string;
  readonly format: TradesFormat;
  /** What the engine judges. */
  readonly file: CachedTrades;
  /** What the baseline reads: the same file, without its bad rows. */
  readonly baseline: CachedTrades;
  /** A plain CSV of the same good rows, as DuckDB reads it. */
  readonly good: CachedTrades;
  /** Landing name. */
  readonly landing: string;
  readonly quotedNulls: boolean;
  readonly unique: boolean;
}

const SEED = 20230130;
const BAD_EVERY = 200;
/** So few that code for them is not seen by V8 while it makes machine code. */
const FEW_BAD_EVERY = 20_000;
const CSV: TradesVariant = { format: 'csv' };

const TITLES: Readonly<Record<VariantName, string>> = {
  clean: 'CSV, clean',
  dirty: 'CSV, one bad row in 200 (against the clean file)',
  few_bad: 'CSV, one bad row in 20,000 (against the clean file)',
  unique: 'CSV, clean, trade_id unique',
  crlf: 'CSV, CRLF',
  quoted: 'CSV, every field quoted',
  timestamps: 'CSV, three shapes of timestamps',
  newlines: 'CSV, quoted line ends in one row of 20',
  gzip: 'CSV, gzip',
  gzip_members: 'CSV, gzip of several members',
  jsonl: 'JSON Lines',
  xml: 'XML (against saxes, tokenizing alone)',
};

/** Makes what is not there yet. */
export async function variantFile(name: VariantName, rows: number): Promise<VariantFile> {
  const make = (variant: TradesVariant): CachedTrades => cachedTrades({ rows, seed: SEED, ...variant });
  const clean = make(CSV);
  const plain = {
    name,
    title: TITLES[name],
    format: 'csv',
    landing: 'scale_trades/trades_1.csv',
    quotedNulls: false,
    unique: false,
  } as const;
  const same = (file: CachedTrades, good = clean): VariantFile => ({ ...plain, file, baseline: file, good });
  switch (name) {
    case 'clean':
      return same(clean);
    case 'dirty':
    case 'few_bad': {
      const badEvery = name === 'dirty' ? BAD_EVERY : FEW_BAD_EVERY;
      return { ...plain, file: make({ ...CSV, badEvery }), baseline: clean, good: clean };
    }
    case 'unique':
      return { ...same(clean), unique: true };
    case 'crlf':
      return same(make({ ...CSV, crlf: true }));
    case 'quoted':
      return { ...same(make({ ...CSV, quoteAll: true })), quotedNulls: true };
    case 'timestamps': {
      const file = make({ ...CSV, mixedTimestamps: true });
      return same(file, file);
    }
    case 'newlines': {
      const file = make({ ...CSV, quotedNewlines: true });
      return same(file, file);
    }
    case 'gzip':
    case 'gzip_members': {
      const file = await cachedGzip(clean, name === 'gzip' ? 'one' : 'several');
      return { ...same(file), landing: `${plain.landing}.gz` };
    }
    case 'jsonl':
      return { ...same(make({ format: 'jsonl' })), format: 'jsonl', landing: 'scale_trades/trades_1.jsonl' };
    case 'xml':
      return { ...same(make({ format: 'xml' })), format: 'xml', landing: 'scale_trades/trades_1.xml' };
  }
}

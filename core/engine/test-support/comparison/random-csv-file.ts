/** A CSV file for a random spec: mostly good rows, texts near every border, and places that were changed by chance. */
import type { CsvDialect, SourceSpec } from '../../../spec/source-spec.ts';
import type { SeededRandom } from '../oracle/seeded-random.ts';
import { encode } from '../oracle/draft-file.ts';
import { ColumnReader } from '../../values/column-reader.ts';
import { CELL } from '../../values/raw-cells.ts';
import { textOf } from './border-texts.ts';

/** Texts that are made for one good one, at most. */
const MAX_TRIES = 30;

export interface RandomFile {
  readonly bytes: Buffer;
  /** Bytes up to the first record. */
  readonly preambleBytes: number;
}

export function randomCsvFile(spec: SourceSpec, rows: number, random: SeededRandom): RandomFile {
  const { csv, encoding } = spec.source;
  const ends = random.pick([['\n'], ['\n'], ['\r\n'], ['\r'], ['\n', '\r\n', '\r']]);
  const parts: Buffer[] = encoding === 'utf-8' && random.chance(0.15) ? [Buffer.from([0xef, 0xbb, 0xbf])] : [];
  const add = (text: string): void => {
    parts.push(encode(text, encoding), Buffer.from(random.pick(ends)));
  };
  for (let row = 0; row < csv.skip_rows; row += 1) add(random.pick(['skipped "row', '', 'x'.repeat(80)]));
  const own = ['T', String(rows), '0'].join(csv.delimiter);
  if (spec.control_file?.type === 'header') add(own);
  const fields = csv.has_header ? headerFields(spec, random) : spec.schema.map(({ name }) => name);
  if (csv.has_header) add(fields.join(csv.delimiter));
  const preambleBytes = Buffer.concat(parts).length;
  const goodShare = random.pick([1, 1, 0.99, 0.95, 0.8, 0]);
  const pools = fields.map((name) => poolOf(name, goodShare, spec, random));
  for (let row = 0; row < rows; row += 1) {
    if (random.chance(0.02)) add('');
    if (csv.comment !== null && random.chance(0.03)) add(`${csv.comment} a "comment`);
    add(pools.map((pool) => fieldText(pool(), csv, random)).join(csv.delimiter));
  }
  if (spec.control_file?.type === 'trailer') add(own);
  for (let count = random.chance(0.1) ? random.integer(1, 80) : 0; count > 0; count -= 1) add('');
  if (random.chance(0.3)) parts.pop();
  return { bytes: Buffer.concat(parts), preambleBytes };
}

/** Of the schema, in order mostly; where the spec lets columns drift some are missing, others unknown. */
function headerFields(spec: SourceSpec, random: SeededRandom): readonly string[] {
  const names = spec.schema.map(({ name }) => name);
  if (spec.schema_drift === 'freeze' || random.chance(0.4)) return names;
  if (random.chance(0.5)) names.splice(random.integer(0, names.length), 0, 'unknown');
  if (random.chance(0.2)) names.splice(random.integer(0, names.length - 1), 1);
  if (random.chance(0.2)) names.reverse();
  return names.length === 0 ? ['unknown'] : names;
}

/** Texts of a column: some repeat, some do not; so many of them are good. */
function poolOf(name: string, goodShare: number, spec: SourceSpec, random: SeededRandom): () => string {
  const column = spec.schema.find((each) => each.name === name);
  if (column === undefined) return () => random.pick(['', 'x', 'é', '1']);
  const reader = new ColumnReader(column, spec);
  const fresh = (): string => {
    let text = textOf(column, spec, random);
    const tries = random.chance(goodShare) ? MAX_TRIES : 0;
    for (let tried = 0; tried < tries && reader.read(text, CELL.PLAIN, []) === undefined; tried += 1) text = textOf(column, spec, random);
    return text;
  };
  const pool = Array.from({ length: random.integer(1, 6) }, fresh);
  const repeats = random.pick([0, 0.3, 0.9, 1]);
  return () => (random.chance(repeats) ? random.pick(pool) : fresh());
}

function fieldText(text: string, { delimiter, quote, escape }: CsvDialect, random: SeededRandom): string {
  if (quote === null) return text;
  const mustQuote = [delimiter, quote, '\n', '\r'].some((special) => text.includes(special));
  if (random.chance(mustQuote ? 0.03 : 0.8)) return text;
  const own = escape ?? quote;
  const escaped = own === quote ? text : text.replaceAll(own, own + own);
  return `${quote}${escaped.replaceAll(quote, own + quote)}${quote}`;
}

/**
 * Files with known faults. For a seed it makes a spec, a file in one of the four formats with faults of every code that a
 * record can have, and the truth about it: which records are bad, where each begins and ends, its bytes and all of its
 * codes in order. It shares no code with the readers, the checks and the proof of the engine.
 */
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { parseCondition } from '../../../expression/parse-expression.ts';
import type { RowRule, Severity, SourceSpec } from '../../../spec/source-spec.ts';
import { plainSpec, type PlainFormat } from '../plain-spec.ts';
import { DraftFile, undecodableBytes, type Encoding, type TrueRecord } from './draft-file.ts';
import { CORE_COLUMNS, MORE_COLUMNS, specColumn, type OracleColumn } from './oracle-columns.ts';
import { makeRecord, type OracleRecord, type RecordContext } from './oracle-record.ts';
import { SeededRandom } from './seeded-random.ts';
import { writeCsvHead, writeCsvRecord, type CsvLayout } from './write-csv.ts';
import { writeJsonFoot, writeJsonHead, writeJsonRecord, type JsonLayout } from './write-json.ts';
import { writeXmlFoot, writeXmlHead, writeXmlRecord } from './write-xml.ts';

export interface OracleFile {
  readonly spec: SourceSpec;
  /** Landing name. */
  readonly file: string;
  /** As delivered: compressed where the name ends in .gz or .zst. */
  readonly delivered: Buffer;
  readonly content: Buffer;
  /** Every record in file order. */
  readonly records: readonly TrueRecord[];
  readonly bad: readonly TrueRecord[];
  readonly warnings: number;
  /** No record breaks the syntax of its format: the separate tokenizer must count the same. */
  readonly isWellFormed: boolean;
  readonly maxRecordBytes: number;
  readonly chunkBytes: number;
}

const MAX_RECORD_BYTES = 2048;
const MAX_RECORDS = 60;
const ENCODINGS: Readonly<Record<PlainFormat, readonly Encoding[]>> = {
  csv: ['utf-8', 'utf-8', 'latin-1', 'windows-1252', 'utf-16le', 'utf-16be'],
  json: ['utf-8', 'utf-8', 'utf-16le'],
  jsonl: ['utf-8', 'utf-8', 'utf-16be'],
  xml: ['utf-8', 'utf-8', 'latin-1', 'windows-1252'],
};

export function oracleFile(seed: number, format: PlainFormat): OracleFile {
  const random = new SeededRandom(seed);
  const encoding = random.pick(ENCODINGS[format]);
  const draft = new DraftFile(encoding);
  if (encoding === 'utf-8' && random.chance(0.3)) draft.bytes(Buffer.from([0xef, 0xbb, 0xbf]));
  const layout = layoutOf(format, encoding, random);
  const isPlain = format === 'csv' && (layout.hasOpenQuotes || layout.dialect.quote === null);
  const columns = columnsOf(random, isPlain);
  const context = { format, random, keys: new Set<string>(), canBeUndecodable: undecodableBytes(encoding) !== null };
  const result = writeAll(draft, { columns, layout, context, format });
  const content = draft.content();
  const ending = random.chance(0.3) ? (seed % 2 === 0 ? '.gz' : '.zst') : '';
  return {
    spec: specOf(format, columns, layout),
    file: `oracle/${seed}.${format}${ending}`,
    delivered: ending === '' ? content : ending === '.gz' ? gzipSync(content) : zstdCompressSync(content),
    content,
    records: draft.records,
    bad: draft.records.filter(({ codes }) => codes.length > 0),
    ...result,
    maxRecordBytes: MAX_RECORD_BYTES,
    chunkBytes: random.pick([16, 257, 4096, 256 * 1024]),
  };
}

interface Writing {
  readonly columns: readonly OracleColumn[];
  readonly layout: CsvLayout;
  readonly context: RecordContext;
  readonly format: PlainFormat;
}

function writeAll(draft: DraftFile, writing: Writing): { readonly warnings: number; readonly isWellFormed: boolean } {
  const { columns, layout, context, format } = writing;
  const { random } = context;
  const count = random.integer(1, MAX_RECORDS);
  const structured = { ...layout, lineEnd: layout.lineEnd === '\n' ? '\n' : '\r\n' } as const;
  const json: JsonLayout = { ...structured, format: format === 'json' ? 'json' : 'jsonl' };
  const write = (record: OracleRecord, isLast: boolean): boolean => {
    if (format === 'csv') return writeCsvRecord(draft, record, layout, random, isLast);
    return format === 'xml' ? writeXmlRecord(draft, record, structured, random) : writeJsonRecord(draft, record, json, random, isLast);
  };
  if (format === 'csv')
    writeCsvHead(
      draft,
      columns.map(({ name }) => name),
      layout,
      random,
    );
  else if (format === 'xml') writeXmlHead(draft, structured);
  else writeJsonHead(draft, json);
  let warnings = 0;
  let isWellFormed = true;
  for (let index = 1; index <= count; index += 1) {
    const keys = new Set(context.keys);
    const record = makeRecord(columns, context);
    const asItIs = write(record, index === count);
    const codes = draft.records.at(-1)?.codes ?? [];
    isWellFormed &&= asItIs && !codes.includes('RECORD_TOO_LONG');
    if (codes.length === 0) warnings += record.warnings;
    // A record that was not written as it is has no key that a later one could repeat.
    else restore(context.keys, keys);
  }
  if (format === 'xml') writeXmlFoot(draft, structured);
  else if (format !== 'csv') writeJsonFoot(draft, json);
  return { warnings, isWellFormed };
}

function restore(keys: Set<string>, before: ReadonlySet<string>): void {
  keys.clear();
  for (const key of before) keys.add(key);
}

function columnsOf(random: SeededRandom, isPlain: boolean): readonly OracleColumn[] {
  return [...CORE_COLUMNS, ...MORE_COLUMNS.filter(({ type }) => random.chance(0.5) && !(isPlain && type.kind === 'JSON'))];
}

function layoutOf(format: PlainFormat, encoding: Encoding, random: SeededRandom): CsvLayout {
  const quote = random.chance(0.9) ? '"' : null;
  return {
    dialect: {
      delimiter: format === 'csv' ? random.pick([',', ';', '|', '\t']) : ',',
      quote,
      escape: quote === null ? null : random.pick(['"', '"', '\\']),
      has_header: format !== 'csv' || random.chance(0.8),
      skip_rows: random.chance(0.2) ? random.integer(1, 3) : 0,
      comment: random.chance(0.3) ? '#' : null,
      null_values: random.chance(0.3) ? ['NULL'] : [],
      decimal_separator: '.',
      ignore_columns: [],
    },
    lineEnd: random.pick(['\n', '\n', '\r\n', '\r']),
    encoding,
    maxRecordBytes: MAX_RECORD_BYTES,
    hasOpenQuotes: quote !== null && random.chance(0.3),
  };
}

function specOf(format: PlainFormat, columns: readonly OracleColumn[], { dialect, encoding }: CsvLayout): SourceSpec {
  const types = new Map(columns.map(({ name, type }) => [name, type]));
  const rule = (text: string, severity: Severity, code: string | null): RowRule => {
    const parsed = parseCondition(text, types);
    if (!parsed.ok) throw new Error(parsed.problem.message);
    return { rule: text, expression: parsed.expression, severity, code, description: null };
  };
  return plainSpec({
    name: 'oracle',
    format,
    columns: columns.map((column) => specColumn(column, format)),
    source: { encoding, csv: format === 'csv' ? dialect : plainSpec({ columns: [] }).source.csv, records: '/data/rows' },
    spec: {
      validation: {
        row_level: [
          rule('qty <> 13', 'error', 'NO_THIRTEEN'),
          rule("side <> 'SELL' or qty <= 500000", 'error', null),
          rule('qty <> 7', 'warning', 'SEVEN'),
        ],
        file_level: [],
        max_bad_rows: null,
        max_bad_ratio_ppb: null,
      },
    },
  });
}

/**
 * A sample file for a spec: good and bad rows in the spec's format under a name that its path pattern matches, with its
 * control file. Of a stream: its messages, one a line, in a file. The same seed gives the same bytes.
 */
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { MarketsError } from '../errors/markets-error.ts';
import { compressionOf, withoutCompression, type Compression } from '../spec/compression.ts';
import { messagesAsFile } from '../spec/messages-as-file.ts';
import type { SourceFormat, SourceSpec } from '../spec/source-spec.ts';
import { controlRecord, controlText } from './control-text.ts';
import { encodeText } from './encode-text.ts';
import { csvText } from './formats/csv-text.ts';
import { fixText } from './formats/fix-text.ts';
import { fixedWidthText } from './formats/fixed-width-text.ts';
import { jsonDocumentText, jsonLinesText } from './formats/json-text.ts';
import { parquetBytes } from './formats/parquet-bytes.ts';
import { xmlText } from './formats/xml-text.ts';
import { sampleRows, type SampleOptions } from './sample-rows.ts';
import type { SampleRow } from './sample-row.ts';

export interface SampleFile {
  /** Name below landing/. */
  readonly object: string;
  readonly bytes: Uint8Array;
  readonly control: { readonly object: string; readonly bytes: Uint8Array } | null;
  readonly rows: readonly SampleRow[];
}

/** The business date is the day of `now`. */
export function sampleFile(source: SourceSpec, options: SampleOptions): SampleFile {
  const spec = messagesAsFile(source);
  const rows = sampleRows(spec, options);
  const businessDate = options.now.slice(0, 10);
  const object = sampleObjectName(spec, businessDate);
  const bytes = compressed(plainBytes(spec, rows, businessDate), compressionOf(object));
  return { object, bytes, rows, control: controlOf(spec, object, bytes, rows, businessDate) };
}

function compressed(bytes: Uint8Array, compression: Compression | null): Uint8Array {
  switch (compression) {
    case 'gzip':
      return gzipSync(bytes);
    case 'zstd':
      return zstdCompressSync(bytes);
    case null:
      return bytes;
  }
}

function plainBytes(spec: SourceSpec, rows: readonly SampleRow[], businessDate: string): Uint8Array {
  const { format, encoding } = spec.source;
  return format === 'parquet' ? parquetBytes(spec, rows) : encodeText(formatText(spec, format, rows, businessDate), encoding);
}

function formatText(spec: SourceSpec, format: Exclude<SourceFormat, 'parquet'>, rows: readonly SampleRow[], businessDate: string): string {
  switch (format) {
    case 'csv':
      return csvText(spec, rows, ownControlRecord(spec, rows, businessDate));
    case 'jsonl':
      return jsonLinesText(spec, rows);
    case 'json':
      return jsonDocumentText(spec, rows);
    case 'xml':
      return xmlText(spec, rows);
    case 'fix':
      return fixText(spec, rows);
    case 'fixed_width':
      return fixedWidthText(spec, rows, ownControlRecord(spec, rows, businessDate));
  }
}

/** A name that the path pattern matches, with `businessDate` where it captures one. */
function sampleObjectName(spec: SourceSpec, businessDate: string): string {
  const { path_pattern: pattern } = spec.source;
  if (pattern === null) throw new MarketsError('ENGINE_INVARIANT', `${spec.name} is a stream and has no files.`);
  const { text, regex } = pattern;
  const [year = '', month = '', day = ''] = businessDate.split('-');
  const dated = text.replace(/\{business_date:([^}]*)\}/g, (_, format: string) =>
    format.replaceAll('%Y', year).replaceAll('%m', month).replaceAll('%d', day).replaceAll('%y', year.slice(2)),
  );
  const names = ['', 'sample'].map((star) => dated.replaceAll('**/', '').replaceAll(/\*+/g, star).replaceAll('?', '1'));
  const name = names.find((each) => new RegExp(regex, 'u').test(each));
  if (name !== undefined) return name;
  throw new MarketsError('SPEC_INVALID', `No sample name could be made that path_pattern of ${spec.name} matches.`, {
    expected: `a name that ${text} matches`,
    found: names.join(', '),
    place: { file: spec.spec_file },
  });
}

/** A control record within the file, which states no checksum of itself. */
function ownControlRecord(spec: SourceSpec, rows: readonly SampleRow[], businessDate: string): readonly string[] | null {
  const control = spec.control_file;
  if (control === null || control.pattern !== null) return null;
  const facts = { bytes: new Uint8Array(), records: rows.length, businessDate, totals: totalsOf(spec, rows) };
  return controlRecord(control, facts, spec.source.csv.decimal_separator);
}

function totalsOf(spec: SourceSpec, rows: readonly SampleRow[]): ReadonlyMap<string, string> {
  return new Map((spec.control_file?.totals ?? []).map(({ column }) => [column, total(spec, rows, column)]));
}

function controlOf(
  spec: SourceSpec,
  object: string,
  bytes: Uint8Array,
  rows: readonly SampleRow[],
  businessDate: string,
): SampleFile['control'] {
  const control = spec.control_file;
  if (control === null || control.pattern === null) return null;
  const totals = totalsOf(spec, rows);
  const text = controlText(control, { bytes, records: rows.length, businessDate, totals });
  const folder = object.slice(0, object.lastIndexOf('/') + 1);
  const stem = withoutCompression(object.slice(folder.length)).replace(/\.[^.]*$/, '');
  return text === undefined ? null : { object: folder + control.pattern.replaceAll('{filename}', stem), bytes: Buffer.from(text) };
}

/** Sum of a column's numbers, exact. A text that is no number counts as nothing, as it does for the engine. */
function total(spec: SourceSpec, rows: readonly SampleRow[], name: string): string {
  const index = spec.schema.findIndex((column) => column.name === name);
  const separator = spec.source.csv.decimal_separator;
  const scale = 18;
  let sum = 0n;
  for (const row of rows) {
    if (row.damage !== 'none') continue;
    const [, sign = '', whole = '', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec((row.texts[index] ?? '').replace(separator, '.')) ?? [];
    if (whole === '') continue;
    sum += BigInt(`${sign}${whole}${fraction.padEnd(scale, '0')}`);
  }
  const text = sum.toString().padStart(scale + 1, '0');
  return `${text.slice(0, -scale)}.${text.slice(-scale)}`.replace(/\.?0+$/, '');
}

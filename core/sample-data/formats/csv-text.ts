/** Sample rows as a CSV in the spec's dialect. */
import type { Column, CsvDialect, SourceSpec } from '../../spec/source-spec.ts';
import type { SampleRow } from '../sample-row.ts';

/** One column of the file: a schema column by its place, or one that is known and not loaded. */
type FileColumn = { readonly schema: number; readonly header: string } | { readonly schema: null; readonly header: string };

/** `control` is the header or trailer record that states what the file holds; null where it has none. */
export function csvText(spec: SourceSpec, rows: readonly SampleRow[], control: readonly string[] | null): string {
  const { csv } = spec.source;
  const columns = fileColumns(spec);
  const lines: string[] = Array.from({ length: csv.skip_rows }, (_, index) => `line ${index + 1} before the data`);
  const own = control?.map((text) => field(text, csv, false)).join(csv.delimiter);
  if (own !== undefined && spec.control_file?.type === 'header') lines.push(own);
  if (csv.has_header) lines.push(columns.map(({ header }) => field(header, csv, true)).join(csv.delimiter));
  for (const row of rows) {
    const fields = columns.map(({ schema }) => {
      const column = schema === null ? undefined : spec.schema[schema];
      return column === undefined ? '0' : cell(row.texts[schema ?? 0] ?? null, column, csv);
    });
    lines.push((row.damage === 'field_missing' ? fields.slice(0, -1) : fields).join(csv.delimiter));
  }
  if (own !== undefined && spec.control_file?.type === 'trailer') lines.push(own);
  return `${lines.join('\n')}\n`;
}

/** Columns with a position stand there; the others follow the order of the schema in the places that are left. */
function fileColumns(spec: SourceSpec): readonly FileColumn[] {
  const placed = new Map<number, FileColumn>();
  for (const ignored of spec.source.csv.ignore_columns) {
    if (typeof ignored === 'number') placed.set(ignored, { schema: null, header: '' });
  }
  const free: FileColumn[] = [];
  spec.schema.forEach((column, schema) => {
    if (column.locator.kind === 'position') placed.set(column.locator.position, { schema, header: column.name });
    else free.push({ schema, header: column.locator.kind === 'header' ? column.locator.text : column.name });
  });
  for (const ignored of spec.source.csv.ignore_columns) {
    if (typeof ignored === 'string') free.push({ schema: null, header: ignored });
  }
  const count = Math.max(placed.size + free.length, ...placed.keys());
  return Array.from({ length: count }, (_, index) => placed.get(index + 1) ?? free.shift() ?? { schema: null, header: '' });
}

function cell(text: string | null, column: Column, csv: CsvDialect): string {
  if (text === null) return '';
  // An unquoted text that stands for NULL would be lost.
  const looksNull = text === '' || csv.null_values.includes(text);
  return field(text, csv, false, looksNull && column.type.kind === 'STRING');
}

function field(text: string, csv: CsvDialect, header: boolean, always = false): string {
  const special = [csv.delimiter, csv.quote, '\n', '\r', header ? null : csv.comment].filter((each) => each !== null);
  if (csv.quote === null || (!always && !special.some((each) => text.includes(each)))) return text;
  return csv.quote + text.replaceAll(csv.quote, (csv.escape ?? csv.quote) + csv.quote) + csv.quote;
}

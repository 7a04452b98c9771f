/** Sample rows as lines of fixed width. */
import type { Column, SourceSpec } from '../../spec/source-spec.ts';
import type { SampleRow } from '../sample-row.ts';

const NUMBERS: readonly string[] = ['INT64', 'DECIMAL', 'FLOAT64'];

/** Whether the text can stand in the column's characters; true for columns of other formats. */
export function fitsWidth({ locator }: Column, text: string): boolean {
  return locator.kind !== 'characters' || (Array.from(text).length <= locator.width && text.trim() === text);
}

/** `control` holds `from-to=text` of the header or trailer record that states what the file holds; null where it has none. */
export function fixedWidthText(spec: SourceSpec, rows: readonly SampleRow[], control: readonly string[] | null): string {
  const { csv } = spec.source;
  const width = lineWidth(spec);
  const lines: string[] = Array.from({ length: csv.skip_rows }, (_, index) => `line ${index + 1} before the data`);
  if (control !== null && spec.control_file?.type === 'header') lines.push(controlLine(control, width));
  if (csv.has_header) lines.push(layOut(spec, width, ({ name }) => name));
  for (const row of rows) {
    const line = layOut(spec, width, (_, index) => row.texts[index] ?? '');
    lines.push(row.damage === 'cut_off' ? line.slice(0, -1) : line);
  }
  if (control !== null && spec.control_file?.type === 'trailer') lines.push(controlLine(control, width));
  return `${lines.join('\n')}\n`;
}

function lineWidth(spec: SourceSpec): number {
  const ends = spec.schema.map(({ locator }) => (locator.kind === 'characters' ? locator.position + locator.width - 1 : 0));
  return spec.source.record_width ?? Math.max(...ends);
}

/** Numbers stand at the right of their columns, other texts at the left. */
function layOut(spec: SourceSpec, width: number, textOf: (column: Column, index: number) => string): string {
  const line = Array.from({ length: width }, () => ' ');
  spec.schema.forEach((column, index) => {
    if (column.locator.kind !== 'characters') return;
    const characters = Array.from(textOf(column, index)).slice(0, column.locator.width);
    const blanks = NUMBERS.includes(column.type.kind) ? column.locator.width - characters.length : 0;
    line.splice(column.locator.position - 1 + blanks, characters.length, ...characters);
  });
  return line.join('');
}

function controlLine(control: readonly string[], width: number): string {
  const line = Array.from({ length: width }, () => ' ');
  for (const field of control) {
    const [, first = '1', last = '1', text = field] = /^(\d+)-(\d+)=(.*)$/.exec(field) ?? [];
    const length = Number(last) - Number(first) + 1;
    // A date is written without its dashes where there is no room for them; the record's mark is its first letter.
    const fitting = text.length > length ? text.replaceAll('-', '') : text;
    line.splice(Number(first) - 1, length, ...fitting.slice(0, length).padStart(length));
  }
  return line.join('');
}

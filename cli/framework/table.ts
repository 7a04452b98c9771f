/** A plain table for a reader: columns padded to their widest cell, two blanks between, numbers to the right. */

export type CellText = string | number | bigint | boolean | null | undefined;

export interface TableColumn {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** Longer cells are cut and end in '…'. In characters. */
  readonly maxWidth?: number;
}

/** `columns` are titles or definitions; columns of numbers are aligned right by themselves. Ends without a line end. */
export function renderTable(columns: readonly (string | TableColumn)[], rows: readonly (readonly CellText[])[]): string {
  const definitions = columns.map((column) => (typeof column === 'string' ? { title: column } : column));
  const texts = rows.map((row) => definitions.map((column, index) => cut(cellText(row[index]), column.maxWidth)));
  const widths = definitions.map((column, index) => Math.max(width(column.title), ...texts.map((row) => width(row[index] ?? ''))));
  const right = definitions.map((column, index) =>
    column.align === undefined ? rows.length > 0 && rows.every((row) => isNumber(row[index])) : column.align === 'right',
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, index) => pad(cell, widths[index] ?? 0, right[index] === true))
      .join('  ')
      .trimEnd();
  return [line(definitions.map((column) => column.title)), line(widths.map((size) => '-'.repeat(size))), ...texts.map(line)].join('\n');
}

function cellText(value: CellText): string {
  if (value === null || value === undefined) return '';
  // Control characters of the data must not reach the terminal.
  return String(value).replace(/[\u0000-\u001f\u007f-\u009f]/g, '·');
}

function isNumber(value: CellText): boolean {
  return value === null || value === undefined || typeof value === 'number' || typeof value === 'bigint';
}

function width(text: string): number {
  return Array.from(text).length;
}

function cut(text: string, maxWidth: number | undefined): string {
  const characters = Array.from(text);
  return maxWidth === undefined || characters.length <= maxWidth ? text : `${characters.slice(0, maxWidth - 1).join('')}…`;
}

function pad(text: string, size: number, right: boolean): string {
  const blanks = ' '.repeat(Math.max(0, size - width(text)));
  return right ? blanks + text : text + blanks;
}

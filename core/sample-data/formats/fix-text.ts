/** Sample rows as FIX messages, one a line: a standard header, the columns' tags in the order of the schema, a true CheckSum. */
import { FIX_GROUPS, RAW_DATA } from '../../engine/records/fix/fix-dictionary.ts';
import type { Column, FixDialect, SourceSpec } from '../../spec/source-spec.ts';
import type { SampleRow } from '../sample-row.ts';

export const MESSAGE_TYPE = 35;
const EXECUTION_REPORT = '8';
const COMPUTED: readonly number[] = [9, 10];
const IDENTIFIERS: readonly (readonly [number, string])[] = [
  [49, 'SENDER'],
  [56, 'TARGET'],
];
const LENGTH_OF: ReadonlyMap<number, number> = new Map([...RAW_DATA].map(([length, data]) => [data, length]));

/** Whether the text can stand under the column's tag; true for columns of other formats. */
export function fitsTag(spec: SourceSpec, { locator, type }: Column, text: string): boolean {
  if (locator.kind !== 'tag') return true;
  if (COMPUTED.includes(locator.tag) || (type.kind === 'JSON' && groupOf(text) === null)) return false;
  return locator.tag !== MESSAGE_TYPE || (spec.source.fix?.message_types ?? [text]).includes(text);
}

/** One group of the tag's own kind, as JSON; undefined where the tag counts no groups. */
export function groupText(tag: number, serial: number): string | undefined {
  const [first] = FIX_GROUPS.get(tag) ?? [];
  return first === undefined ? undefined : `[{"${firstTag(tag, first)}":"sample ${serial}"}]`;
}

/** The type that a sample message has where no column says it. */
export function sampleMessageType(fix: FixDialect | null): string {
  return fix?.message_types?.[0] ?? EXECUTION_REPORT;
}

export function fixText(spec: SourceSpec, rows: readonly SampleRow[]): string {
  const separator = spec.source.fix?.separator === '|' ? '|' : '\u0001';
  return rows.map((row, index) => `${message(spec, row, index + 1, separator)}\n`).join('');
}

function message(spec: SourceSpec, row: SampleRow, serial: number, separator: string): string {
  const values = new Map<number, string | null>(
    spec.schema.flatMap(({ locator }, index) => (locator.kind === 'tag' ? [[locator.tag, row.texts[index] ?? null]] : [])),
  );
  const fields = [`${MESSAGE_TYPE}=${values.get(MESSAGE_TYPE) ?? sampleMessageType(spec.source.fix)}`];
  for (const [tag, value] of [...IDENTIFIERS, [34, String(serial)] as const]) {
    if (!values.has(tag)) fields.push(`${tag}=${value}`);
  }
  for (const [tag, value] of values) {
    if (value !== null && tag > 10 && tag !== MESSAGE_TYPE) fields.push(...fieldsOf(tag, value));
  }
  const body = fields.map((field) => field + separator).join('');
  const head = `8=${values.get(8) ?? 'FIX.4.4'}${separator}9=${Buffer.byteLength(body)}${separator}`;
  const bytes = Buffer.from((head + body).replaceAll(separator, '\u0001'));
  const sum = bytes.reduce((total, byte) => total + byte, row.damage === 'cut_off' ? 1 : 0) % 256;
  return `${head}${body}10=${String(sum).padStart(3, '0')}${separator}`;
}

function fieldsOf(tag: number, value: string): readonly string[] {
  const groups = FIX_GROUPS.has(tag) ? groupOf(value) : null;
  if (groups !== null) {
    return [`${tag}=${groups.length}`, ...groups.flatMap((group) => Object.entries(group).map(([name, text]) => `${name}=${text}`))];
  }
  const length = LENGTH_OF.get(tag);
  const field = `${tag}=${value}`;
  return length === undefined ? [field] : [`${length}=${Buffer.byteLength(value)}`, field];
}

/** Groups without nested ones; null where the text holds none. */
function groupOf(text: string): readonly Readonly<Record<string, string>>[] | null {
  try {
    const groups: unknown = JSON.parse(text);
    return Array.isArray(groups) ? groups.map((group) => group as Readonly<Record<string, string>>) : null;
  } catch {
    return null;
  }
}

/** Most groups begin with their tag of least number but for these. */
function firstTag(count: number, least: number): number {
  return count === 453
    ? 448
    : count === 268
      ? 269
      : count === 382
        ? 375
        : count === 539
          ? 524
          : count === 555
            ? 600
            : count === 711
              ? 311
              : least;
}

/** The control file that goes with a sample file, in the form that the spec asks for. */
import { createHash } from 'node:crypto';
import { crc32c, crc32cHex } from '../identity/crc32c.ts';
import type { ControlFile } from '../spec/source-spec.ts';
import { escaped } from './formats/xml-text.ts';

/** What the control file states about a data file. */
export interface ControlFacts {
  readonly bytes: Uint8Array;
  readonly records: number;
  /** YYYY-MM-DD. */
  readonly businessDate: string;
  /** Column -> total as a text. */
  readonly totals: ReadonlyMap<string, string>;
}

/** The text of a sidecar; undefined for control records that stand in the data file itself. */
export function controlText(control: ControlFile, facts: ControlFacts): string | undefined {
  const fields = statedFields(control, facts);
  switch (control.type) {
    case 'sidecar_xml':
      return xmlControl(fields);
    case 'sidecar_csv':
      return `${fields.map(([name]) => name).join(',')}\n${fields.map(([, value]) => value).join(',')}\n`;
    case 'sidecar_json':
      return `${jsonControl(fields)}\n`;
    case 'properties':
      return fields.map(([name, value]) => `${name}=${value}\n`).join('');
    case 'trailer':
    case 'header':
      return undefined;
  }
}

/** The fields of a trailer or header record of the data file: at their positions, or as name=value after them. */
export function controlRecord(control: ControlFile, facts: ControlFacts, decimalSeparator: '.' | ','): readonly string[] {
  const totals = new Map([...facts.totals].map(([column, total]) => [column, total.replace('.', decimalSeparator)]));
  const stated = statedFields(control, { ...facts, totals });
  const placed = new Map(stated.flatMap(([place, value]) => (/^\d+$/.test(place) ? [[Number(place), value] as const] : [])));
  const named = stated.flatMap(([place, value]) => (/^\d+$/.test(place) ? [] : [`${place}=${value}`]));
  const count = Math.max(1, ...placed.keys());
  const mark = control.type === 'trailer' ? 'TRAILER' : 'HEADER';
  return [...Array.from({ length: count }, (_, index) => placed.get(index + 1) ?? (index === 0 ? mark : '')), ...named];
}

type Field = readonly [place: string, value: string];

function statedFields(control: ControlFile, facts: ControlFacts): readonly Field[] {
  const fields: Field[] = [];
  if (control.row_count !== null) fields.push([control.row_count, String(facts.records)]);
  if (control.checksum !== null) fields.push([control.checksum, digest(control.checksum_algorithm ?? 'sha256', facts.bytes)]);
  if (control.business_date !== null) fields.push([control.business_date, facts.businessDate]);
  for (const { column, field } of control.totals) fields.push([field, facts.totals.get(column) ?? '0']);
  return fields;
}

function digest(algorithm: 'md5' | 'sha256' | 'crc32c', bytes: Uint8Array): string {
  return algorithm === 'crc32c' ? crc32cHex(crc32c(bytes)) : createHash(algorithm).update(bytes).digest('hex');
}

/** Each place is a path such as /control/records; all share their first element. */
function xmlControl(fields: readonly Field[]): string {
  const paths = fields.map(([place, value]) => ({ steps: place.split('/').filter((step) => step !== ''), value }));
  const root = paths[0]?.steps[0] ?? 'control';
  const inner = paths.map(({ steps, value }) => nested(steps.slice(1), value)).join('');
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}>${inner}</${root}>\n`;
}

function nested(steps: readonly string[], value: string): string {
  const [first, ...rest] = steps;
  if (first === undefined || first === 'text()') return escaped(value);
  return `<${first}>${nested(rest, value)}</${first}>`;
}

function jsonControl(fields: readonly Field[]): string {
  const document: Record<string, unknown> = {};
  for (const [place, value] of fields) {
    const names = place.split(/[./]/).filter((name) => name !== '' && name !== '$');
    let target = document;
    names.slice(0, -1).forEach((name) => {
      const child = (target[name] ?? {}) as Record<string, unknown>;
      target[name] = child;
      target = child;
    });
    target[names.at(-1) ?? place] = value;
  }
  return JSON.stringify(document);
}

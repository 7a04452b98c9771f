/** Fields of control files by name: CSV columns, JSON members, properties, fields of a record. */
import { CsvScanner } from '../records/csv/csv-scanner.ts';
import { unescapeField } from '../records/csv/csv-dialect.ts';
import { decoderOf } from '../decode/charset.ts';
import { parseJson } from '../records/json/json-parser.ts';
import { JsonFault, type JsonNode } from '../records/json/json-tree.ts';
import { ENGINE_LIMITS } from '../limits.ts';
import { ControlProblem } from './control-problem.ts';
import type { FieldLookup } from './control-statement.ts';

/** UTF-8 without its mark. */
export function controlText(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new ControlProblem('The control file is not text in UTF-8.');
  }
}

/** `name=value` or `name: value` a line; lines that begin with # or ! are comments. */
export function propertyFields(bytes: Buffer): FieldLookup {
  const fields = new Map<string, string>();
  for (const line of controlText(bytes).split(/\r\n|\n|\r/)) {
    const match = /^\s*([^#!=:\s][^=:]*?)\s*[=:]\s*(.*?)\s*$/.exec(line);
    if (match?.[1] !== undefined) {
      fields.set(match[1], match[2] ?? '');
    }
  }
  return (field) => fields.get(field);
}

/** Members by JSON Pointer (/a/b) or dotted path (a.b). */
export function jsonFields(bytes: Buffer): FieldLookup {
  const root = parsedJson(controlText(bytes));
  return (field) => {
    const steps = field.startsWith('/') ? field.slice(1).split('/') : field.replace(/^\$\.?/, '').split('.');
    let node: JsonNode | undefined = root;
    for (const step of steps) {
      node = childOf(node, step);
    }
    return node?.kind === 'string' || node?.kind === 'literal' ? (node.text ?? undefined) : undefined;
  };
}

function childOf(node: JsonNode | undefined, step: string): JsonNode | undefined {
  if (node?.kind === 'array') {
    return node.items[Number(step)];
  }
  return node?.kind === 'object' ? node.members.find(({ name }) => name === step)?.value : undefined;
}

function parsedJson(text: string): JsonNode {
  try {
    return parseJson(Buffer.from(text, 'utf8').toString('latin1'), decoderOf('utf-8'), ENGINE_LIMITS.maxDepth);
  } catch (error) {
    if (error instanceof JsonFault) {
      throw new ControlProblem(`The control file is no JSON: ${error.message}`);
    }
    throw error;
  }
}

/**
 * Columns by their header, or by 1-based position. Where several rows follow the header, it is the one that names the
 * data file.
 */
export function csvFields(bytes: Buffer, delimiter: string, dataFileName: string): FieldLookup {
  const text = controlText(bytes);
  const firstLine = text.split(/[\r\n]/, 1)[0] ?? '';
  const rows = csvRows(Buffer.from(text, 'utf8'), firstLine.includes(delimiter) ? delimiter : ',');
  const [header = [], ...others] = rows;
  const row = others.length > 1 ? others.find((each) => each.includes(dataFileName)) : others[0];
  if (row === undefined && rows.length !== 1) {
    throw new ControlProblem('The control file has no row for the file.');
  }
  return (field) => {
    const place = header.indexOf(field);
    return place >= 0 ? row?.[place] : /^\d+$/.test(field) ? (row ?? header)[Number(field) - 1] : undefined;
  };
}

function csvRows(bytes: Buffer, delimiter: string): readonly (readonly string[])[] {
  const dialect = { delimiter: delimiter.charCodeAt(0), quote: 34, escape: 34 };
  const scanner = new CsvScanner(dialect, ENGINE_LIMITS);
  const rows: string[][] = [];
  for (let at = 0; at < bytes.length; at = scanner.next) {
    if (scanner.scan(bytes, at, true) !== 'record') {
      throw new ControlProblem('The control file is no CSV.');
    }
    const fields = Array.from({ length: scanner.fieldCount }, (_, field) => {
      const part = bytes.toString('utf8', scanner.starts[field], scanner.ends[field]);
      return unescapeField(part, dialect).trim();
    });
    if (fields.some((field) => field !== '')) {
      rows.push(fields);
    }
  }
  return rows;
}

/** Fields of a record by 1-based position, or as name=value in any of them. */
export function recordFields(fields: readonly string[]): FieldLookup {
  return (field) => {
    if (/^\d+$/.test(field)) {
      return fields[Number(field) - 1];
    }
    const named = fields.find((each) => each.trim().startsWith(`${field}=`));
    return named?.trim().slice(field.length + 1);
  };
}

/** Sample rows as JSON Lines, or as one JSON document with an array of records. */
import type { Column, SourceSpec } from '../../spec/source-spec.ts';
import { readValue } from '../../types/read-value.ts';
import type { SampleRow } from '../sample-row.ts';

/** A document under construction: members, elements, or a value's source text. */
type Tree = Map<string | number, Tree> | string;

export function jsonLinesText(spec: SourceSpec, rows: readonly SampleRow[]): string {
  return rows.map((row) => `${recordText(spec, row)}\n`).join('');
}

export function jsonDocumentText(spec: SourceSpec, rows: readonly SampleRow[]): string {
  const names = spec.source.records
    .split('/')
    .slice(1)
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
  const records = `[\n${rows.map((row) => `  ${recordText(spec, row)}`).join(',\n')}\n]`;
  return `${names.reduceRight((inner, name) => `{${JSON.stringify(name)}: ${inner}}`, records)}\n`;
}

function recordText(spec: SourceSpec, row: SampleRow): string {
  const record: Tree = new Map<string | number, Tree>();
  spec.schema.forEach((column, index) => {
    const steps = column.locator.kind === 'json_path' ? column.locator.steps : [column.name];
    put(record, steps, valueSource(column, row.texts[index] ?? null));
  });
  const text = render(record);
  return row.damage === 'cut_off' ? text.slice(0, Math.floor(text.length / 2)) : text;
}

function put(tree: Map<string | number, Tree>, steps: readonly (string | number)[], source: string): void {
  const [first, ...rest] = steps;
  if (first === undefined) return;
  if (rest.length === 0) {
    tree.set(first, source);
    return;
  }
  const inner = tree.get(first);
  const child = inner instanceof Map ? inner : new Map<string | number, Tree>();
  tree.set(first, child);
  put(child, rest, source);
}

function render(tree: Tree): string {
  if (typeof tree === 'string') return tree;
  const keys = [...tree.keys()];
  if (keys.length > 0 && keys.every((key) => typeof key === 'number')) {
    const last = Math.max(...keys);
    return `[${Array.from({ length: last + 1 }, (_, index) => render(tree.get(index) ?? 'null')).join(', ')}]`;
  }
  return `{${[...tree].map(([name, inner]) => `${JSON.stringify(String(name))}: ${render(inner)}`).join(', ')}}`;
}

/** Numbers and booleans as JSON's own, where the text is one; everything else as a string. */
function valueSource(column: Column, text: string | null): string {
  if (text === null) return 'null';
  const source = scalarSource(column, text);
  return column.mode === 'REPEATED' ? `[${source}]` : source;
}

function scalarSource(column: Column, text: string): string {
  const numeric = ['INT64', 'DECIMAL', 'FLOAT64'].includes(column.type.kind) || column.format?.kind === 'epoch';
  if (numeric && /^-?(0|[1-9]\d*)(\.\d+)?$/.test(text)) return text;
  if (column.type.kind === 'BOOL' && (text === 'true' || text === 'false')) return text;
  if (column.type.kind === 'JSON' && readValue(column.type, text).ok) return text;
  return JSON.stringify(text);
}

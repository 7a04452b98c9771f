/** Sample rows as an XML document: the elements and attributes that the spec's paths name, and no others. */
import type { SourceSpec, XmlStep } from '../../spec/source-spec.ts';
import type { SampleRow } from '../sample-row.ts';

interface Element {
  readonly name: string;
  readonly attributes: Map<string, string>;
  readonly children: Element[];
  text: string | null;
}

export function xmlText(spec: SourceSpec, rows: readonly SampleRow[]): string {
  const layout = spec.source.xml;
  const namespaces = Object.entries(layout?.namespaces ?? {});
  const root = layout?.root_element ?? 'sample';
  const declared = namespaces.map(([prefix, uri]) => ` ${prefix === '' ? 'xmlns' : `xmlns:${prefix}`}="${escaped(uri)}"`).join('');
  const body = rows.map((row) => `  ${render(rowElement(spec, row))}\n`).join('');
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${declared}>\n${body}</${root}>\n`;
}

function rowElement(spec: SourceSpec, row: SampleRow): Element {
  const record = element(spec.source.xml?.row_element ?? 'row');
  spec.schema.forEach((column, index) => {
    const text = row.texts[index] ?? null;
    if (text === null) return;
    const steps =
      column.locator.kind === 'xpath'
        ? column.locator.steps
        : [{ kind: 'child', namespace: null, name: column.name, index: null } as const];
    put(spec, record, steps, text);
  });
  return record;
}

function put(spec: SourceSpec, target: Element, steps: readonly XmlStep[], text: string): void {
  const [step, ...rest] = steps;
  if (step === undefined || step.kind === 'text') target.text = text;
  else if (step.kind === 'self') put(spec, target, rest, text);
  else if (step.kind === 'attribute') target.attributes.set(qualified(spec, step.namespace, step.name), text);
  else put(spec, childOf(target, qualified(spec, step.namespace, step.name), step.index ?? 1), rest, text);
}

/** The `index`-th (1-based) child of that name, made with those before it where it is not there. */
function childOf(target: Element, name: string, index: number): Element {
  const same = target.children.filter((child) => child.name === name);
  const found = same[index - 1];
  if (found !== undefined) return found;
  const child = element(name);
  target.children.push(child);
  return same.length + 1 === index ? child : childOf(target, name, index);
}

function element(name: string): Element {
  return { name, attributes: new Map(), children: [], text: null };
}

function qualified(spec: SourceSpec, namespace: string | null, name: string): string {
  const prefix = Object.entries(spec.source.xml?.namespaces ?? {}).find(([, uri]) => uri === namespace)?.[0] ?? '';
  return prefix === '' ? name : `${prefix}:${name}`;
}

function render({ name, attributes, children, text }: Element): string {
  const written = [...attributes].map(([key, value]) => ` ${key}="${escaped(value)}"`).join('');
  const inner = escaped(text ?? '') + children.map(render).join('');
  return inner === '' ? `<${name}${written}/>` : `<${name}${written}>${inner}</${name}>`;
}

export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

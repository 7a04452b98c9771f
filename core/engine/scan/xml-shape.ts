/**
 * The flat XML row that a scanner expects: its attributes and the elements within it, in the order in which they are looked
 * for. Any of them may be absent; a row with anything else does not have the shape.
 */
import type { SourceSpec, XmlStep } from '../../spec/source-spec.ts';
import { SCHEMA_INSTANCE, type NamespaceScope } from '../records/xml/xml-names.ts';
import type { XmlElement } from '../records/xml/xml-tree.ts';

/** An attribute or an element; `column` is its place in the schema. */
export interface ShapePart {
  readonly name: string;
  readonly column: number;
}

export interface ShapeElement extends ShapePart {
  readonly attributes: readonly ShapePart[];
}

export interface XmlShape {
  /** What stands before the names of the row and its elements: empty, or a prefix and its colon. */
  readonly prefix: string;
  readonly row: string;
  readonly attributes: readonly ShapePart[];
  readonly elements: readonly ShapeElement[];
}

/** A name that every encoding writes with the same bytes. */
const PLAIN_NAME = /^[A-Za-z_][-.\w]*$/;

/** In the order of the schema; null where rows of the spec are not flat. */
export function xmlShape(spec: SourceSpec): XmlShape | null {
  const attributes: ShapePart[] = [];
  const elements: { name: string; column: number; attributes: ShapePart[] }[] = [];
  const ofElements: { readonly element: string; readonly part: ShapePart }[] = [];
  const row = localPart(spec.source.xml?.row_element ?? '');
  for (const [column, { name, locator }] of spec.schema.entries()) {
    const steps = locator.kind === 'xpath' ? locator.steps : [childStep(name)];
    const [first, second, ...more] = steps.filter(({ kind }) => kind !== 'text' && kind !== 'self');
    if (first === undefined || more.length > 0 || !isPlain(first) || (second !== undefined && !isPlain(second))) return null;
    if (first.kind === 'attribute' && second === undefined) attributes.push({ name: first.name, column });
    else if (first.kind === 'child' && second === undefined) elements.push({ name: first.name, column, attributes: [] });
    else if (first.kind === 'child' && second?.kind === 'attribute') {
      ofElements.push({ element: first.name, part: { name: second.name, column } });
    } else return null;
  }
  for (const { element, part } of ofElements) {
    const owner = elements.find(({ name }) => name === element);
    // An element of which only attributes are read is unknown itself.
    if (owner === undefined) return null;
    owner.attributes.push(part);
  }
  const groups = [attributes, elements, ...elements.map((element) => element.attributes)];
  return groups.some(hasRepeated) || !PLAIN_NAME.test(row) ? null : { prefix: '', row, attributes, elements };
}

function childStep(name: string): XmlStep {
  return { kind: 'child', namespace: null, name, index: null };
}

/** A scanner knows one namespace, that of the row's elements; its attributes have none. */
function isPlain(step: XmlStep): step is XmlStep & { readonly name: string } {
  if (step.kind === 'child') return PLAIN_NAME.test(step.name) && (step.index ?? 1) === 1;
  return step.kind === 'attribute' && step.namespace === null && PLAIN_NAME.test(step.name);
}

function hasRepeated(parts: readonly ShapePart[]): boolean {
  return new Set(parts.map(({ name }) => name)).size < parts.length;
}

/** Whether rows of the spec and their elements are meant where their names have this prefix. */
export function meansRows(spec: SourceSpec, prefix: string, scope: NamespaceScope): boolean {
  const uri = scope.get(prefix.slice(0, -1)) ?? '';
  const namespaces = spec.source.xml?.namespaces ?? {};
  const written = spec.source.xml?.row_element ?? '';
  const colon = written.indexOf(':');
  const wanted = namespaces[written.slice(0, Math.max(colon, 0))] ?? '';
  if (prefix !== '' && uri === '') return false;
  if (uri !== wanted && (colon >= 0 || wanted !== '')) return false;
  return spec.schema.every(({ locator }) => {
    const steps = locator.kind === 'xpath' ? locator.steps : [];
    return steps.every((step) => step.kind !== 'child' || step.namespace === null || step.namespace === uri);
  });
}

/** xsi:nil stands for NULL here. */
export function hasNil(scope: NamespaceScope): boolean {
  return scope.get('xsi') === SCHEMA_INSTANCE;
}

/** The same parts in the order of a row whose tag is written as `tag`; what the row does not have keeps its place. */
export function inOrderOfRow(shape: XmlShape, row: XmlElement, tag: string): XmlShape | null {
  const prefix = tag.slice(0, tag.length - localPart(tag).length);
  if (prefix !== '' && !PLAIN_NAME.test(prefix.slice(0, -1))) return null;
  const ordered = inOrder(shape.elements, row.children);
  const elements = ordered.map((element) => {
    const found = row.children.find(({ local }) => local === element.name);
    return found === undefined ? element : { ...element, attributes: inOrder(element.attributes, found.attributes) };
  });
  return { ...shape, prefix, attributes: inOrder(shape.attributes, row.attributes), elements };
}

function inOrder<Part extends ShapePart>(parts: readonly Part[], seen: readonly { readonly local: string }[]): readonly Part[] {
  const found = seen.flatMap(({ local }) => parts.find(({ name }) => name === local) ?? []);
  const order = [...new Set(found)];
  let before: Part | null = null;
  for (const part of parts) {
    if (!found.includes(part)) order.splice(before === null ? 0 : order.indexOf(before) + 1, 0, part);
    before = part;
  }
  return order;
}

/** The same for two shapes of a spec where they have the same order and prefix. */
export function xmlOrderOf({ prefix, attributes, elements }: XmlShape): string {
  const columns = (parts: readonly ShapePart[]): string => parts.map(({ column }) => column).join(',');
  return [prefix, columns(attributes), columns(elements), ...elements.map((element) => columns(element.attributes))].join(';');
}

function localPart(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

/** From an XML row to the texts of the schema's columns, and what of it the schema does not know. */
import type { SourceSpec, XmlStep } from '../../../spec/source-spec.ts';
import { decoderOf, hasHighBytes, renderUndecodable, type DecodeText } from '../../decode/charset.ts';
import type { EngineLimits } from '../../limits.ts';
import { CELL, emptyCells, NO_FAULTS, type RawCell, type RawCells } from '../../values/raw-cells.ts';
import { UnknownMembers } from '../unknown-members.ts';
import { SCHEMA_INSTANCE, XML_NAMESPACE, type QualifiedName } from './xml-names.ts';
import type { XmlAttribute, XmlElement } from './xml-tree.ts';

type Target = { readonly element: XmlElement; readonly attribute: XmlAttribute | null };

export class XmlColumns {
  private readonly spec: SourceSpec;
  private readonly decode: DecodeText;
  private readonly cells: RawCells;
  private readonly unknown: UnknownMembers;
  private readonly paths: readonly (readonly XmlStep[])[];

  constructor(spec: SourceSpec, limits: EngineLimits) {
    this.spec = spec;
    this.decode = decoderOf(spec.source.encoding);
    this.cells = emptyCells(spec.schema.length);
    this.unknown = new UnknownMembers(spec, limits);
    this.paths = spec.schema.map((column): readonly XmlStep[] =>
      column.locator.kind === 'xpath' ? column.locator.steps : [{ kind: 'child', namespace: null, name: column.name, index: null }],
    );
  }

  /** `source` is the row's byte string. */
  cellsOf(row: XmlElement, source: string): RawCells {
    const { cells } = this;
    const used = new Set<XmlElement | XmlAttribute>();
    const passed = new Set<XmlElement>();
    this.spec.schema.forEach((column, index) => {
      const targets = targetsOf(row, this.paths[index] ?? [], passed);
      const isRepeated = column.mode === 'REPEATED';
      const taken = isRepeated ? targets : targets.slice(0, 1);
      const found = taken.map((target) => this.cellOf(target, column.type.kind, source));
      taken.forEach(({ element, attribute }) => used.add(attribute ?? element));
      cells.lists[index] = isRepeated && targets.length > 0 ? found : null;
      cells.texts[index] = found[0]?.text ?? null;
      cells.kinds[index] = found[0]?.kind ?? CELL.MISSING;
    });
    this.unknown.clear();
    if (this.spec.schema_drift !== 'discard') {
      this.collectUnknown(row, '', used, passed);
    }
    cells.faults = this.unknown.faults.length > 0 ? [...this.unknown.faults] : NO_FAULTS;
    cells.extra = this.unknown.extra();
    return cells;
  }

  private cellOf({ element, attribute }: Target, type: string, source: string): RawCell {
    const text = attribute === null ? element.text : attribute.value;
    if (attribute === null && element.children.length > 0) {
      const inner = source.slice(element.start, element.end);
      const decoded = hasHighBytes(inner) ? this.decode(inner) : inner;
      return { text: decoded ?? renderUndecodable(inner), kind: decoded === null ? CELL.UNDECODABLE : CELL.STRUCTURE };
    }
    if (text === null) {
      return { text: renderUndecodable(source.slice(element.start, element.end)), kind: CELL.UNDECODABLE };
    }
    if (attribute === null && element.attributes.some(isNil)) {
      return { text: null, kind: CELL.NULL };
    }
    // White space around a value is layout, but within a text it may be content.
    return { text: type === 'STRING' ? text : text.replace(/^[ \t\n\r]+|[ \t\n\r]+$/g, ''), kind: CELL.PLAIN };
  }

  /** `passed` are the elements on the way to a column: they are known, though nothing of them may be there but themselves. */
  private collectUnknown(
    element: XmlElement,
    path: string,
    used: ReadonlySet<XmlElement | XmlAttribute>,
    passed: ReadonlySet<XmlElement>,
  ): void {
    for (const attribute of element.attributes) {
      if (!used.has(attribute) && ![SCHEMA_INSTANCE, XML_NAMESPACE].includes(attribute.namespace ?? '')) {
        this.addUnknown(`${path}${path === '' ? '' : '/'}@${attribute.local}`, attribute.value);
      }
    }
    if (used.has(element)) {
      return;
    }
    const isUnknownLeaf = element.children.length === 0 && !passed.has(element);
    if (path !== '' && (isUnknownLeaf || element.text?.trim() !== '')) {
      this.addUnknown(path, element.text);
    }
    for (const child of element.children) {
      const name = `${path}${path === '' ? '' : '/'}${child.local}`;
      if (!this.unknown.isIgnored(name)) {
        this.collectUnknown(child, name, used, passed);
      }
    }
  }

  private addUnknown(name: string, text: string | null): void {
    this.unknown.add(name, text === null ? null : JSON.stringify(text), 'only elements and attributes of the schema');
  }
}

/** Adds the elements that it goes through to `passed`. */
function targetsOf(row: XmlElement, steps: readonly XmlStep[], passed: Set<XmlElement>): readonly Target[] {
  let targets: readonly Target[] = [{ element: row, attribute: null }];
  for (const step of steps) {
    for (const { element } of targets) passed.add(element);
    targets = targets.flatMap(({ element }) => follow(element, step));
  }
  return targets;
}

function follow(element: XmlElement, step: XmlStep): readonly Target[] {
  switch (step.kind) {
    case 'child': {
      const children = element.children.filter((child) => isNamed(child, step));
      const chosen = step.index === null ? children : children.slice(step.index - 1, step.index);
      return chosen.map((child) => ({ element: child, attribute: null }));
    }
    case 'attribute':
      return element.attributes.filter((attribute) => isNamed(attribute, step)).map((attribute) => ({ element, attribute }));
    case 'text':
    case 'self':
      return [{ element, attribute: null }];
  }
}

/** A step without namespace takes any: many files declare a default namespace that their users never write. */
function isNamed(name: QualifiedName, step: { readonly namespace: string | null; readonly name: string }): boolean {
  return name.local === step.name && (step.namespace === null || step.namespace === name.namespace);
}

function isNil({ namespace, local, value }: XmlAttribute): boolean {
  return namespace === SCHEMA_INSTANCE && local === 'nil' && (value === 'true' || value === '1');
}

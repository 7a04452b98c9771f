/** Fields of an XML control file by path: /control/records, records, //records, control/file/@rows. Prefixes do not count. */
import { parseXmlDocument } from '../records/xml/parse-xml-document.ts';
import { XmlFault, type XmlElement } from '../records/xml/xml-tree.ts';
import { ControlProblem } from './control-problem.ts';
import type { FieldLookup } from './control-statement.ts';
import { controlText } from './field-lookups.ts';

export function xmlFields(bytes: Buffer): FieldLookup {
  const root = parseDocument(Buffer.from(controlText(bytes), 'utf8'));
  return (path) => {
    const anywhere = path.startsWith('//');
    const steps = path.split('/').filter((step) => step !== '' && step !== '.');
    const starts = anywhere ? descendants(root) : path.startsWith('/') ? [root] : [...root.children, root];
    for (const start of starts) {
      const found = valueAt(start, steps);
      if (found !== undefined) {
        return found;
      }
    }
    return steps.length === 1 ? attributeOf(root, steps[0] ?? '') : undefined;
  };
}

function parseDocument(bytes: Buffer): XmlElement {
  try {
    return parseXmlDocument(bytes);
  } catch (error) {
    if (error instanceof XmlFault) {
      throw new ControlProblem(`The control file is no XML: ${error.message}`);
    }
    throw error;
  }
}

function descendants(element: XmlElement): readonly XmlElement[] {
  return [element, ...element.children.flatMap(descendants)];
}

/** Follows the steps from `element`, which is the first of them. */
function valueAt(element: XmlElement, steps: readonly string[]): string | undefined {
  const [first = '', ...rest] = steps;
  if (element.local !== localName(first)) {
    return undefined;
  }
  if (rest.length === 0 || rest[0] === 'text()') {
    return element.text ?? undefined;
  }
  if (rest.length === 1 && rest[0]?.startsWith('@') === true) {
    return attributeOf(element, rest[0]);
  }
  for (const child of element.children) {
    const found = valueAt(child, rest);
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}

function attributeOf(element: XmlElement, step: string): string | undefined {
  if (!step.startsWith('@')) {
    return undefined;
  }
  return element.attributes.find(({ local }) => local === localName(step.slice(1)))?.value ?? undefined;
}

function localName(step: string): string {
  return step.slice(step.indexOf(':') + 1);
}

/** Fields of an XML control file by path: /control/records, records, //records, control/file/@rows. Prefixes do not count. */
import { decoderOf } from '../decode/charset.ts';
import { ENGINE_LIMITS } from '../limits.ts';
import { OUTER_SCOPE } from '../records/xml/xml-names.ts';
import { parseXmlRow } from '../records/xml/xml-row-parser.ts';
import { xmlTokenAt } from '../records/xml/xml-token.ts';
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

/** The root element; prolog and what follows are white space, comments and instructions. */
function parseDocument(bytes: Buffer): XmlElement {
  try {
    let from = 0;
    for (let at = 0; at < bytes.length;) {
      const token = xmlTokenAt(bytes, at, true);
      if (token === undefined || token.kind === 'doctype' || token.kind === 'broken') {
        throw new XmlFault('The markup is not well-formed.', at);
      }
      if (token.kind === 'start' || token.kind === 'empty') {
        from = at;
        break;
      }
      at = token.end;
    }
    const root = bytes
      .subarray(from)
      .toString('latin1')
      .replace(/(?:\s|<!--(?:(?!-->)[^])*-->)+$/, '');
    const parsing = { decode: decoderOf('utf-8'), scope: OUTER_SCOPE, maxDepth: ENGINE_LIMITS.maxDepth };
    return parseXmlRow(Buffer.from(root, 'latin1'), parsing);
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

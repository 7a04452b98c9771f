/** Strict reading of one row element, from its byte string and the namespaces around it. */
import { hasHighBytes, type DecodeText } from '../../decode/charset.ts';
import { isDeclaration, resolveName, scopeWith, type NamespaceScope } from './xml-names.ts';
import { attributeValue, characterData, closingName, literalText, parseTag } from './xml-text.ts';
import { xmlTokenAt, type XmlToken } from './xml-token.ts';
import { XmlFault, type XmlAttribute, type XmlElement } from './xml-tree.ts';

interface OpenElement {
  readonly element: XmlElement;
  readonly tagName: string;
  readonly scope: NamespaceScope;
}

export interface RowParsing {
  readonly decode: DecodeText;
  readonly scope: NamespaceScope;
  readonly maxDepth: number;
}

/** Throws XmlFault where the row is not well-formed. */
export function parseXmlRow(raw: Buffer, parsing: RowParsing): XmlElement {
  const source = raw.toString('latin1');
  const open: OpenElement[] = [];
  for (let at = 0; at < source.length;) {
    const token = xmlTokenAt(raw, at, true);
    if (token === undefined || token.kind === 'broken' || token.kind === 'doctype') {
      throw new XmlFault('The markup is not well-formed.', at);
    }
    const done = readToken(token, at, source, open, parsing);
    at = token.end;
    if (done !== null && at === source.length) {
      return done;
    }
    if (done !== null) {
      throw new XmlFault('There is text behind the row.', at);
    }
  }
  throw new XmlFault('An element is not closed.', source.length);
}

/** The row's element once it is closed. */
function readToken(token: XmlToken, at: number, source: string, open: OpenElement[], parsing: RowParsing): XmlElement | null {
  const text = source.slice(at, token.end);
  switch (token.kind) {
    case 'start':
    case 'empty':
      return openElement(text, at, token, open, parsing);
    case 'end':
      return closeElement(text, at, token.end, open);
    case 'text':
      addText(open, characterData(text, at, parsing.decode));
      return null;
    case 'cdata':
      addText(open, literalText(text.slice(9, -3), at, parsing.decode));
      return null;
    case 'comment':
      if (/--(?!>$)|--->$/.test(text.slice(4))) {
        throw new XmlFault('-- stands in a comment.', at);
      }
      return null;
    case 'instruction':
      if (/^<\?xml[\s?]/i.test(text)) {
        throw new XmlFault('An XML declaration stands within the document.', at);
      }
      return null;
    default:
      throw new XmlFault('The markup is not well-formed.', at);
  }
}

function openElement(text: string, at: number, token: XmlToken, open: OpenElement[], parsing: RowParsing): XmlElement | null {
  const { decode } = parsing;
  const parent = open.at(-1);
  const tag = parseTag(text, at);
  const values = tag.attributes.map(([name, value]) => [decodedName(name, decode, at), attributeValue(value, at, decode)] as const);
  const outer = parent?.scope ?? parsing.scope;
  const scope = scopeWith(
    outer,
    values.map(([name, value]) => [name, value ?? ''] as const),
  );
  const attributes = values
    .filter(([name]) => !isDeclaration(name))
    .map(([name, value]): XmlAttribute => ({ ...resolveName(name, scope, false, at), value }));
  const name = resolveName(decodedName(tag.name, decode, at), scope, true, at);
  const element: XmlElement = { ...name, attributes, children: [], text: '', start: at, end: token.end };
  parent?.element.children.push(element);
  if (token.kind === 'empty') {
    return parent === undefined ? element : null;
  }
  if (open.length >= parsing.maxDepth) {
    throw new XmlFault(`The row is nested deeper than ${parsing.maxDepth} levels.`, at);
  }
  open.push({ element, tagName: tag.name, scope });
  return null;
}

function closeElement(text: string, at: number, end: number, open: OpenElement[]): XmlElement | null {
  const name = closingName(text, at);
  const closed = open.pop();
  if (closed?.tagName !== name) {
    throw new XmlFault(`The closing tag ${name} closes no open element.`, at);
  }
  closed.element.end = end;
  return open.length === 0 ? closed.element : null;
}

function addText(open: readonly OpenElement[], text: string | null): void {
  const element = open.at(-1)?.element;
  if (element !== undefined) {
    element.text = element.text === null || text === null ? null : element.text + text;
  }
}

function decodedName(name: string, decode: DecodeText, at: number): string {
  const text = hasHighBytes(name) ? decode(name) : name;
  if (text === null) {
    throw new XmlFault('A name is not text in the declared encoding.', at);
  }
  return text;
}

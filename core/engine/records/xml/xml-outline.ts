/** The part of an XML document around its rows: a strict reading tag by tag, which knows the namespaces in force. */
import type { SourceSpec, XmlLayout } from '../../../spec/source-spec.ts';
import { decoderOf, type DecodeText } from '../../decode/charset.ts';
import type { EngineLimits } from '../../limits.ts';
import { OUTER_SCOPE, resolveName, scopeWith, type NamespaceScope } from './xml-names.ts';
import type { OpenElement, XmlPlace } from './xml-place.ts';
import { attributeValue, characterData, closingName, literalText, parseTag } from './xml-text.ts';
import type { XmlTokenKind } from './xml-token.ts';
import { XmlFault } from './xml-tree.ts';

export class XmlOutline {
  private readonly layout: XmlLayout;
  private readonly encoding: string;
  private readonly decode: DecodeText;
  private readonly maxDepth: number;
  private open: OpenElement[] = [];
  private hasRoot = false;
  private isFirst = true;

  constructor(spec: SourceSpec, limits: EngineLimits) {
    this.layout = spec.source.xml ?? { root_element: null, row_element: '', namespaces: {}, flatten_nested: false };
    this.encoding = spec.source.encoding;
    this.decode = decoderOf(spec.source.encoding);
    this.maxDepth = limits.maxDepth;
  }

  /** Namespaces in force where the reading stands. */
  get scope(): NamespaceScope {
    return this.open.at(-1)?.scope ?? OUTER_SCOPE;
  }

  /** Elements that are open around the next piece. */
  get depth(): number {
    return this.open.length;
  }

  get isComplete(): boolean {
    return this.hasRoot && this.open.length === 0;
  }

  place(): Pick<XmlPlace, 'open' | 'hasRoot' | 'isFirst'> {
    return { open: [...this.open], hasRoot: this.hasRoot, isFirst: this.isFirst };
  }

  resume({ open, hasRoot, isFirst }: XmlPlace): void {
    this.open = [...open];
    this.hasRoot = hasRoot;
    this.isFirst = isFirst;
  }

  /** Reads one token; true when it begins a row, which is then read elsewhere. Throws XmlFault. */
  token(kind: XmlTokenKind, text: string): boolean {
    const isFirst = this.isFirst;
    this.isFirst = false;
    switch (kind) {
      case 'text':
      case 'cdata':
        this.text(kind, text);
        return false;
      case 'start':
      case 'empty':
        return this.startOrBrokenRow(kind, text);
      case 'end':
        if (this.open.pop()?.tagName !== closingName(text, 0)) {
          throw new XmlFault('A closing tag closes no open element.', 0);
        }
        return false;
      case 'comment':
        return false;
      case 'instruction':
        this.instruction(text, isFirst);
        return false;
      case 'doctype':
        throw new XmlFault('A document type (DOCTYPE) is not accepted.', 0);
      case 'broken':
        throw new XmlFault('The markup is not well-formed.', 0);
    }
  }

  private text(kind: 'text' | 'cdata', text: string): void {
    if (this.open.length === 0) {
      if (kind === 'cdata' || text.trim() !== '') {
        throw new XmlFault('There is text outside the root element.', 0);
      }
      return;
    }
    const content = kind === 'cdata' ? literalText(text.slice(9, -3), 0, this.decode) : characterData(text, 0, this.decode);
    if (content === null) {
      throw new XmlFault('A text around the rows is not in the declared encoding.', 0);
    }
  }

  /** A tag of the row's name that is not well-formed begins a row all the same, which is then refused by itself. */
  private startOrBrokenRow(kind: 'start' | 'empty', text: string): boolean {
    try {
      return this.start(kind, text);
    } catch (error) {
      const tag = /^<([^\s/>]*)/.exec(text)?.[1] ?? '';
      const { row_element: row } = this.layout;
      if (this.open.length > 0 && error instanceof XmlFault && localPart(tag) === localPart(row)) {
        return true;
      }
      throw error;
    }
  }

  private start(kind: 'start' | 'empty', text: string): boolean {
    const tag = parseTag(text, 0);
    const values = tag.attributes.map(([name, value]) => [name, attributeValue(value, 0, this.decode) ?? ''] as const);
    const scope = scopeWith(this.scope, values);
    const name = resolveName(tag.name, scope, true, 0);
    if (this.open.length === 0) {
      if (this.hasRoot) {
        throw new XmlFault('There is a second root element.', 0);
      }
      this.hasRoot = true;
      const { root_element: root } = this.layout;
      if (root !== null && !this.isElement(root, name)) {
        throw new XmlFault(`The root element is ${tag.name}, not ${root}.`, 0);
      }
    }
    // The root can be no row: a document of one row would have no room for a second.
    if (this.open.length > 0 && this.isElement(this.layout.row_element, name)) {
      return true;
    }
    if (this.open.length >= this.maxDepth) {
      throw new XmlFault(`The document is nested deeper than ${this.maxDepth} levels.`, 0);
    }
    if (kind === 'start') {
      this.open.push({ tagName: tag.name, scope });
    }
    return false;
  }

  /** Without a prefix the spec means that name in any namespace. */
  private isElement(written: string, name: { readonly namespace: string | null; readonly local: string }): boolean {
    const colon = written.indexOf(':');
    if (colon < 0) {
      const uri = this.layout.namespaces[''] ?? null;
      return name.local === written && (uri === null || uri === name.namespace);
    }
    const uri = this.layout.namespaces[written.slice(0, colon)] ?? null;
    return name.local === written.slice(colon + 1) && name.namespace === uri;
  }

  /** The declaration stands first, and its encoding is the spec's. */
  private instruction(text: string, isFirst: boolean): void {
    if (!/^<\?xml[\s?]/i.test(text)) {
      return;
    }
    if (!isFirst || !text.startsWith('<?xml')) {
      throw new XmlFault('The XML declaration is not at the beginning of the document.', 0);
    }
    const declared = /\sencoding\s*=\s*["']([A-Za-z][\w.-]*)["']/.exec(text)?.[1];
    if (declared !== undefined && familyOf(declared) !== familyOf(this.encoding)) {
      throw new XmlFault(`The document declares the encoding ${declared}, its spec ${this.encoding}.`, 0);
    }
  }
}

function localPart(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

const FAMILIES: Readonly<Record<string, string>> = {
  'us-ascii': 'utf-8',
  ascii: 'utf-8',
  utf8: 'utf-8',
  'utf-16le': 'utf-16',
  'utf-16be': 'utf-16',
  'iso-8859-1': 'latin-1',
  latin1: 'latin-1',
  cp1252: 'windows-1252',
};

function familyOf(encoding: string): string {
  const name = encoding.toLowerCase();
  return FAMILIES[name] ?? name;
}

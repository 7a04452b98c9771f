/** Character data and tags of XML from a byte string: references, line ends, what may not stand there. */
import { hasHighBytes, type DecodeText } from '../../decode/charset.ts';
import { XmlFault } from './xml-tree.ts';

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const NAME = '[A-Za-z_:\\x80-\\xff][-.\\w:\\x80-\\xff]*';
const ATTRIBUTE = new RegExp(`[ \\t\\r\\n]+(${NAME})[ \\t\\r\\n]*=[ \\t\\r\\n]*("[^"<]*"|'[^'<]*')`, 'y');
const OPENING = new RegExp(`<(${NAME})`, 'y');
const CLOSING = new RegExp(`^</(${NAME})[ \\t\\r\\n]*>$`);

export interface Tag {
  readonly name: string;
  /** As written, references and all. */
  readonly attributes: readonly (readonly [string, string])[];
}

/** A start or empty tag, its brackets included. */
export function parseTag(source: string, at: number): Tag {
  OPENING.lastIndex = 0;
  const name = OPENING.exec(source)?.[1];
  if (name === undefined) {
    throw new XmlFault('A tag has no name.', at);
  }
  const attributes: (readonly [string, string])[] = [];
  let index = OPENING.lastIndex;
  for (;;) {
    ATTRIBUTE.lastIndex = index;
    const match = ATTRIBUTE.exec(source);
    if (match === null) {
      break;
    }
    const attribute = match[1] ?? '';
    if (attributes.some(([other]) => other === attribute)) {
      throw new XmlFault(`The attribute ${attribute} stands twice.`, at + index);
    }
    attributes.push([attribute, (match[2] ?? '').slice(1, -1)]);
    index = ATTRIBUTE.lastIndex;
  }
  if (!/^[ \t\r\n]*\/?>$/.test(source.slice(index))) {
    throw new XmlFault('A tag is not well-formed.', at + index);
  }
  return { name, attributes };
}

export function closingName(source: string, at: number): string {
  const name = CLOSING.exec(source)?.[1];
  if (name === undefined) {
    throw new XmlFault('A closing tag is not well-formed.', at);
  }
  return name;
}

/** Text between tags, null where its bytes are no text in the encoding. */
export function characterData(source: string, at: number, decode: DecodeText): string | null {
  if (source.includes(']]>')) {
    throw new XmlFault(']]> stands in a text.', at);
  }
  return withReferences(lineFeeds(source), at, decode);
}

export function attributeValue(source: string, at: number, decode: DecodeText): string | null {
  return withReferences(lineFeeds(source).replace(/[\n\t]/g, ' '), at, decode);
}

/** A CDATA section's content. */
export function literalText(source: string, at: number, decode: DecodeText): string | null {
  return checkedText(lineFeeds(source), at, decode);
}

function lineFeeds(source: string): string {
  return source.includes('\r') ? source.replace(/\r\n?/g, '\n') : source;
}

function withReferences(source: string, at: number, decode: DecodeText): string | null {
  if (!source.includes('&')) {
    return checkedText(source, at, decode);
  }
  let text = '';
  let from = 0;
  // Bytes and references are decoded apart: a reference may name a character that no byte has.
  for (let index = source.indexOf('&'); index >= 0; index = source.indexOf('&', from)) {
    const part = checkedText(source.slice(from, index), at + from, decode);
    if (part === null) {
      return null;
    }
    const end = source.indexOf(';', index);
    text += part + reference(source.slice(index + 1, end < 0 ? index + 1 : end), at + index);
    from = end + 1;
  }
  const rest = checkedText(source.slice(from), at + from, decode);
  return rest === null ? null : text + rest;
}

function reference(name: string, at: number): string {
  const entity = ENTITIES[name];
  if (entity !== undefined && Object.hasOwn(ENTITIES, name)) {
    return entity;
  }
  const match = /^#(?:x([0-9a-fA-F]{1,6})|([0-9]{1,7}))$/.exec(name);
  const code = match === null ? -1 : match[1] === undefined ? Number(match[2]) : parseInt(match[1], 16);
  if (!isXmlCharacter(code)) {
    throw new XmlFault('A reference names no character.', at);
  }
  return String.fromCodePoint(code);
}

function isXmlCharacter(code: number): boolean {
  return (
    code === 9 ||
    code === 10 ||
    code === 13 ||
    (code >= 0x20 && code <= 0xd7ff) ||
    (code >= 0xe000 && code <= 0xfffd) ||
    (code >= 0x10000 && code <= 0x10ffff)
  );
}

function checkedText(source: string, at: number, decode: DecodeText): string | null {
  for (let index = 0; index < source.length; index += 1) {
    const code = source.charCodeAt(index);
    if (code < 0x20 && code !== 9 && code !== 10) {
      throw new XmlFault('A control character stands in a text.', at + index);
    }
  }
  const text = hasHighBytes(source) ? decode(source) : source;
  if (text !== null && /[\uFFFE\uFFFF]/.test(text)) {
    throw new XmlFault('A character that XML does not allow stands in a text.', at);
  }
  return text;
}

/** Finds the pieces of an XML document in bytes: text, tags, comments, CDATA sections, processing instructions. */
export type XmlTokenKind = 'text' | 'start' | 'empty' | 'end' | 'comment' | 'cdata' | 'instruction' | 'doctype' | 'broken';

export interface XmlToken {
  readonly kind: XmlTokenKind;
  /** Index behind it. */
  readonly end: number;
}

const LESS = 0x3c;
const GREATER = 0x3e;
const BANG = 0x21;
const QUESTION = 0x3f;
const SLASH = 0x2f;
const CDATA = Buffer.from('<![CDATA[');
const COMMENT = Buffer.from('<!--');

/**
 * The token at `from`; undefined where the window does not show its end. Text may come in several pieces. What is no
 * token ends before the next '<' and is `broken`.
 */
export function xmlTokenAt(bytes: Buffer, from: number, final: boolean): XmlToken | undefined {
  if (bytes[from] !== LESS) {
    const next = bytes.indexOf(LESS, from);
    return { kind: 'text', end: next < 0 ? bytes.length : next };
  }
  const second = bytes[from + 1];
  if (second === undefined) {
    return final ? { kind: 'broken', end: bytes.length } : undefined;
  }
  if (second === QUESTION) {
    return closedBy('?>', 'instruction', bytes, from + 2, final);
  }
  if (second === BANG) {
    return declaration(bytes, from, final);
  }
  return tag(bytes, from, second === SLASH, final);
}

function declaration(bytes: Buffer, from: number, final: boolean): XmlToken | undefined {
  const start = bytes.subarray(from, from + CDATA.length);
  if (start.subarray(0, COMMENT.length).equals(COMMENT)) {
    return closedBy('-->', 'comment', bytes, from + COMMENT.length, final);
  }
  if (start.equals(CDATA)) {
    return closedBy(']]>', 'cdata', bytes, from + CDATA.length, final);
  }
  if (start.length < CDATA.length && !final) {
    return undefined;
  }
  // A document type has an inner grammar of its own; it is refused, so its end does not matter.
  return { kind: start.toString('latin1').startsWith('<!DOCTYPE') ? 'doctype' : 'broken', end: from + start.length };
}

function closedBy(close: string, kind: XmlTokenKind, bytes: Buffer, from: number, final: boolean): XmlToken | undefined {
  const at = bytes.indexOf(close, from, 'latin1');
  if (at >= 0) {
    return { kind, end: at + close.length };
  }
  return final ? { kind: 'broken', end: bytes.length } : undefined;
}

function tag(bytes: Buffer, from: number, isEnd: boolean, final: boolean): XmlToken | undefined {
  let quote = 0;
  for (let index = from + 1; index < bytes.length; index += 1) {
    const byte = bytes[index] as number;
    if (byte === LESS) {
      return { kind: 'broken', end: index };
    }
    if (quote !== 0) {
      quote = byte === quote ? 0 : quote;
    } else if (byte === 0x22 || byte === 0x27) {
      quote = byte;
    } else if (byte === GREATER) {
      const kind = isEnd ? 'end' : bytes[index - 1] === SLASH ? 'empty' : 'start';
      return { kind, end: index + 1 };
    }
  }
  return final ? { kind: 'broken', end: bytes.length } : undefined;
}

/** Name of the tag whose token begins at `from`, as a byte string with its prefix. */
export function tagName(bytes: Buffer, from: number, end: number): string {
  const start = bytes[from + 1] === SLASH ? from + 2 : from + 1;
  let index = start;
  while (index < end && !isNameEnd(bytes[index] as number)) {
    index += 1;
  }
  return bytes.toString('latin1', start, index);
}

export function isNameEnd(byte: number): boolean {
  return byte === GREATER || byte === SLASH || byte <= 0x20;
}

/** A small XML document as a tree: control files, replies. UTF-8, no document type, no entities but the five of XML; the caller bounds its bytes. */
import { decoderOf } from '../../decode/charset.ts';
import { ENGINE_LIMITS } from '../../limits.ts';
import { OUTER_SCOPE } from './xml-names.ts';
import { parseXmlRow } from './xml-row-parser.ts';
import { xmlTokenAt, type XmlToken } from './xml-token.ts';
import { XmlFault, type XmlElement } from './xml-tree.ts';

const BYTE_ORDER_MARK = '\uFEFF';

/** The root element; around it stand white space, comments and instructions only. Throws XmlFault. */
export function parseXmlDocument(bytes: Buffer): XmlElement {
  let at = bytes.subarray(0, 3).toString('utf8') === BYTE_ORDER_MARK ? 3 : 0;
  let root: { readonly from: number; readonly to: number } | undefined;
  while (at < bytes.length) {
    const token = tokenAt(bytes, at);
    if (token.kind === 'start' || token.kind === 'empty') {
      if (root !== undefined) throw new XmlFault('There is a second root element.', at);
      root = { from: at, to: endOfElement(bytes, at) };
      at = root.to;
    } else {
      requireOutside(token, bytes, at);
      at = token.end;
    }
  }
  if (root === undefined) throw new XmlFault('There is no root element.', 0);
  const parsing = { decode: decoderOf('utf-8'), scope: OUTER_SCOPE, maxDepth: ENGINE_LIMITS.maxDepth };
  return parseXmlRow(bytes.subarray(root.from, root.to), parsing);
}

function tokenAt(bytes: Buffer, at: number): XmlToken {
  const token = xmlTokenAt(bytes, at, true);
  if (token?.kind === 'doctype') throw new XmlFault('A document type (DOCTYPE) is not accepted.', at);
  if (token === undefined || token.kind === 'broken') throw new XmlFault('The markup is not well-formed.', at);
  return token;
}

/** Index behind the element that begins at `from`: tags are counted here, and read strictly afterwards. */
function endOfElement(bytes: Buffer, from: number): number {
  let depth = 0;
  for (let at = from; at < bytes.length;) {
    const token = tokenAt(bytes, at);
    at = token.end;
    if (token.kind === 'start') depth += 1;
    if (token.kind === 'end') depth -= 1;
    if (depth === 0) return at;
  }
  throw new XmlFault('An element is not closed.', bytes.length);
}

function requireOutside(token: XmlToken, bytes: Buffer, at: number): void {
  const text = bytes.toString('latin1', at, token.end);
  const isBlank = token.kind === 'text' && text.trim() === '';
  if (!isBlank && token.kind !== 'comment' && token.kind !== 'instruction') {
    throw new XmlFault('There is text outside the root element.', at);
  }
  const encoding = /^<\?xml\s.*\sencoding\s*=\s*["']([\w.-]*)["']/s.exec(token.kind === 'instruction' ? text : '')?.[1];
  if (encoding !== undefined && !/^(utf-?8|us-ascii|ascii)$/i.test(encoding)) {
    throw new XmlFault(`The document declares the encoding ${encoding}, not UTF-8.`, at);
  }
}

/**
 * XML: start tags of the row element's name that are in no other row. It gives no number where one document writes that
 * name with several prefixes, since it does not know namespaces.
 */
import type { SourceSpec } from '../../spec/source-spec.ts';
import type { Tokenizer } from './tokenizer.ts';

const LESS = 0x3c;
const GREATER = 0x3e;
const SLASH = 0x2f;
const COLON = 0x3a;
const BANG = 0x21;
const QUESTION = 0x3f;
/** Short calls of one function run faster than a long one. */
const STEP_BYTES = 64 * 1024;
/** Characters after '<' that tell the kind of the markup, or name a tag; longer names are cut. */
const MAX_HEAD = 256;
const CLOSINGS: readonly (readonly [head: string, close: string])[] = [
  ['<!--', '-->'],
  ['<![CDATA[', ']]>'],
  ['<?', '?>'],
  ['<!', '>'],
];

export class XmlTokenizer implements Tokenizer {
  private readonly rowName: string;
  private readonly tags = new Set<string>();
  private records = 0;
  private depth = 0;
  private rowDepth = 0;
  private where: 'text' | 'head' | 'tag' | 'opaque' = 'text';
  private head = '';
  /** What ends an opaque piece, and its last characters. */
  private close = '';
  private tail = '';
  private quote = 0;
  private previous = 0;

  constructor({ source }: SourceSpec) {
    const written = source.xml?.row_element ?? '';
    this.rowName = written.slice(written.indexOf(':') + 1);
  }

  /** For a stretch of a document that begins within `depth` elements, and within none of its rows. */
  static within(spec: SourceSpec, depth: number): XmlTokenizer {
    const tokenizer = new XmlTokenizer(spec);
    tokenizer.depth = depth;
    return tokenizer;
  }

  push(bytes: Uint8Array): void {
    for (let from = 0; from < bytes.length; from += STEP_BYTES) this.step(bytes.subarray(from, from + STEP_BYTES));
  }

  private step(bytes: Uint8Array): void {
    for (let index = 0; index < bytes.length; index += 1) {
      const byte = bytes[index] as number;
      switch (this.where) {
        case 'text':
          index = this.wholeTags(bytes, index);
          if (index === bytes.length) {
            return;
          }
          this.where = 'head';
          this.head = '<';
          break;
        case 'head':
          this.headByte(byte);
          break;
        case 'tag':
          this.tagByte(byte);
          break;
        case 'opaque':
          this.tail = (this.tail + String.fromCharCode(byte)).slice(-3);
          this.where = byte === GREATER && this.tail.endsWith(this.close) ? 'text' : 'opaque';
          break;
      }
      this.previous = byte;
    }
  }

  /** Row tags as they are written. */
  get rowTags(): readonly string[] {
    return [...this.tags];
  }

  count(): number | null {
    return this.countWithin(0);
  }

  /** The records of a part of a document that ends within `depth` elements. */
  countWithin(depth: number): number | null {
    const isPlain = this.depth === depth && this.where === 'text' && this.tags.size <= 1;
    return isPlain && /^[\u0020-\u007e]*$/.test(this.rowName) ? this.records : null;
  }

  /** Goes over texts and the tags that are there as a whole; gives the position of the first '<' of something else, or the end. */
  private wholeTags(bytes: Uint8Array, from: number): number {
    const { length } = bytes;
    const rowLength = this.rowName.length;
    let open = from;
    for (let at = from; ; at += 1) {
      while (at < length && bytes[at] !== LESS) at += 1;
      open = at;
      if (at === length) return open;
      at += 1;
      const isEnd = bytes[at] === SLASH;
      if (isEnd) at += 1;
      const start = at;
      let local = at;
      let byte = bytes[at] ?? 0;
      if (byte === BANG || byte === QUESTION) return open;
      while (byte > 0x20 && byte !== GREATER && byte !== SLASH) {
        at += 1;
        if (byte === COLON && local === start) local = at;
        byte = bytes[at] ?? 0;
      }
      const end = at;
      if (end === start || end - start >= MAX_HEAD - 2) return open;
      if (byte !== GREATER) at = closeOf(bytes, at);
      if (at < 0) return open;
      const isEmpty = bytes[at - 1] === SLASH;
      if (end - local === rowLength && this.isRowName(bytes, local)) this.tag(isEnd, true, this.tagOf(bytes, start, end), isEmpty);
      else this.depth += isEnd ? -1 : isEmpty ? 0 : 1;
    }
  }

  private isRowName(bytes: Uint8Array, from: number): boolean {
    const { rowName } = this;
    for (let index = 0; index < rowName.length; index += 1) if (bytes[from + index] !== rowName.charCodeAt(index)) return false;
    return true;
  }

  /** Without a prefix it is the row's name itself. */
  private tagOf(bytes: Uint8Array, from: number, to: number): string {
    if (to - from === this.rowName.length) return this.rowName;
    return Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1');
  }

  private headByte(byte: number): void {
    const isOpaque = this.head.startsWith('<!') || this.head.startsWith('<?');
    const endsName = byte <= 0x20 || byte === GREATER || (byte === SLASH && this.head !== '<');
    if (isOpaque || !endsName) {
      this.head = this.head.length < MAX_HEAD ? this.head + String.fromCharCode(byte) : this.head;
      this.openOpaque();
    } else {
      this.where = 'tag';
      this.quote = 0;
      this.tagByte(byte);
    }
  }

  /** Comments, CDATA sections and instructions, once their head is told from the longer ones. */
  private openOpaque(): void {
    const { head } = this;
    const found = CLOSINGS.find(([start]) => head.startsWith(start));
    const mayBeLonger = CLOSINGS.some(([start]) => start.length > head.length && start.startsWith(head));
    if (found !== undefined && !mayBeLonger) {
      this.close = found[1];
      this.tail = head.length > found[0].length ? head.slice(found[0].length) : '';
      this.where = head.endsWith('>') && found[0] === '<!' ? 'text' : 'opaque';
    }
  }

  private tagByte(byte: number): void {
    if (this.quote !== 0) {
      this.quote = byte === this.quote ? 0 : this.quote;
    } else if (byte === 0x22 || byte === 0x27) {
      this.quote = byte;
    } else if (byte === GREATER) {
      this.where = 'text';
      this.endTag(this.previous === SLASH && this.head !== '<');
    }
  }

  private endTag(isEmpty: boolean): void {
    const isEnd = this.head.charCodeAt(1) === SLASH;
    const name = this.head.slice(isEnd ? 2 : 1);
    this.tag(isEnd, name.slice(name.indexOf(':') + 1) === this.rowName, name, isEmpty);
  }

  private tag(isEnd: boolean, isRow: boolean, name: string, isEmpty: boolean): void {
    if (isEnd) {
      this.depth -= 1;
      this.rowDepth -= isRow && this.rowDepth > 0 ? 1 : 0;
      return;
    }
    if (isRow && this.depth > 0) {
      this.tags.add(name);
      this.records += this.rowDepth === 0 ? 1 : 0;
      this.rowDepth += isEmpty ? 0 : 1;
    }
    this.depth += isEmpty ? 0 : 1;
  }
}

/** The '>' that closes the tag which goes on at `from`; -1 where it is not there. */
function closeOf(bytes: Uint8Array, from: number): number {
  let quote = 0;
  for (let at = from; at < bytes.length; at += 1) {
    const byte = bytes[at] as number;
    if (quote !== 0) quote = byte === quote ? 0 : quote;
    else if (byte === GREATER) return at;
    else if (byte === 0x22 || byte === 0x27) quote = byte;
  }
  return -1;
}

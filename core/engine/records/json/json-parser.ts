/** Strict JSON (RFC 8259) of one record, from its byte string. */
import type { DecodeText } from '../../decode/charset.ts';
import { stringEnd, stringText } from './json-string.ts';
import { JsonFault, type JsonMember, type JsonNode } from './json-tree.ts';

const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const QUOTE = 0x22;
const COLON = 0x3a;
const COMMA = 0x2c;
const LITERAL = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
/** Objects with more members look for a repeated name in a set. */
const FEW_MEMBERS = 16;

/** Throws JsonFault where `source` is not one JSON value, nested deeper than `maxDepth`, or names a member twice. */
export function parseJson(source: string, decode: DecodeText, maxDepth: number): JsonNode {
  const parser = new JsonParser(source, decode, maxDepth);
  return parser.document();
}

class JsonParser {
  private readonly source: string;
  private readonly decode: DecodeText;
  private readonly maxDepth: number;
  private at = 0;
  private depth = 0;

  constructor(source: string, decode: DecodeText, maxDepth: number) {
    this.source = source;
    this.decode = decode;
    this.maxDepth = maxDepth;
  }

  document(): JsonNode {
    const node = this.value();
    this.skipSpace();
    if (this.at < this.source.length) {
      throw new JsonFault('There is text behind the value.', this.at);
    }
    return node;
  }

  private value(): JsonNode {
    this.skipSpace();
    const start = this.at;
    switch (this.source.charCodeAt(start)) {
      case OPEN_OBJECT:
      case OPEN_ARRAY:
        return this.nested(start);
      case QUOTE: {
        const text = this.string();
        return { kind: 'string', text, start, end: this.at };
      }
      default:
        return this.literal(start);
    }
  }

  private nested(start: number): JsonNode {
    this.depth += 1;
    if (this.depth > this.maxDepth) {
      throw new JsonFault(`The value is nested deeper than ${this.maxDepth} levels.`, this.at);
    }
    const node = this.source.charCodeAt(start) === OPEN_OBJECT ? this.object(start) : this.array(start);
    this.depth -= 1;
    return node;
  }

  private object(start: number): JsonNode {
    const members: JsonMember[] = [];
    let names: Set<string> | null = null;
    this.at += 1;
    while (!this.takes(CLOSE_OBJECT, members.length > 0)) {
      this.skipSpace();
      const place = this.at;
      if (this.source.charCodeAt(place) !== QUOTE) {
        throw new JsonFault('A member has no name.', place);
      }
      const name = this.string();
      if (name !== null && isRepeated(name, members, names)) {
        throw new JsonFault('A member stands twice in its object.', place);
      }
      this.skipSpace();
      if (this.source.charCodeAt(this.at) !== COLON) {
        throw new JsonFault('A colon is missing behind the name of a member.', this.at);
      }
      this.at += 1;
      members.push({ name, value: this.value() });
      if (members.length > FEW_MEMBERS) {
        names ??= new Set(members.flatMap((member) => member.name ?? []));
        names.add(name ?? '');
      }
    }
    return { kind: 'object', members, start, end: this.at };
  }

  private array(start: number): JsonNode {
    const items: JsonNode[] = [];
    this.at += 1;
    while (!this.takes(CLOSE_ARRAY, items.length > 0)) {
      items.push(this.value());
    }
    return { kind: 'array', items, start, end: this.at };
  }

  /** True when the container closes here; else a comma must stand between its elements. */
  private takes(close: number, hasElements: boolean): boolean {
    this.skipSpace();
    const code = this.source.charCodeAt(this.at);
    if (code === close) {
      this.at += 1;
      return true;
    }
    if (hasElements) {
      if (code !== COMMA) {
        throw new JsonFault(`A comma or ${String.fromCharCode(close)} is missing.`, this.at);
      }
      this.at += 1;
    }
    return false;
  }

  private string(): string | null {
    const open = this.at;
    this.at = stringEnd(this.source, open);
    return stringText(this.source, open, this.at, this.decode);
  }

  private literal(start: number): JsonNode {
    LITERAL.lastIndex = start;
    const text = LITERAL.exec(this.source)?.[0];
    if (text === undefined) {
      throw new JsonFault('A value is missing.', start);
    }
    this.at = start + text.length;
    if (isWordCode(this.source.charCodeAt(this.at))) {
      throw new JsonFault('A number or word is not one of JSON.', start);
    }
    return text === 'null' ? { kind: 'null', start, end: this.at } : { kind: 'literal', text, start, end: this.at };
  }

  private skipSpace(): void {
    const { source } = this;
    let { at } = this;
    while (isSpaceCode(source.charCodeAt(at))) at += 1;
    this.at = at;
  }
}

function isSpaceCode(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

/** A digit, an ASCII letter, or one of _ . + - */
function isWordCode(code: number): boolean {
  return (
    (code >= 0x30 && code <= 0x39) ||
    (code >= 0x41 && code <= 0x5a) ||
    (code >= 0x61 && code <= 0x7a) ||
    code === 0x5f ||
    code === 0x2e ||
    code === 0x2b ||
    code === 0x2d
  );
}

function isRepeated(name: string, members: readonly JsonMember[], names: ReadonlySet<string> | null): boolean {
  if (names !== null) return names.has(name);
  for (const member of members) if (member.name === name) return true;
  return false;
}

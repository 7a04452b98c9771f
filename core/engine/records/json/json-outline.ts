/**
 * The part of a JSON document that is around its records: a strict reading token by token, which knows the path of every
 * value and says when the array of records begins. Values within records never come here.
 */
import type { DecodeText } from '../../decode/charset.ts';
import { pointerSteps } from './json-pointer.ts';
import { stringText } from './json-string.ts';
import { JsonFault } from './json-tree.ts';

interface Frame {
  readonly kind: 'object' | 'array';
  /** Name of the member, or index of the element, that is being read. */
  step: string;
  index: number;
}

type Expectation = 'value' | 'value_or_end' | 'name' | 'name_or_end' | 'colon' | 'comma_or_end' | 'nothing';

export class JsonOutline {
  private readonly frames: Frame[] = [];
  private readonly target: readonly string[];
  private readonly decode: DecodeText;
  private readonly maxDepth: number;
  private expected: Expectation = 'value';

  constructor(pointer: string, decode: DecodeText, maxDepth: number) {
    this.target = pointerSteps(pointer);
    this.decode = decode;
    this.maxDepth = maxDepth;
  }

  /** The document is complete: only white space may follow. */
  get isComplete(): boolean {
    return this.expected === 'nothing';
  }

  /** Reads one token, white space aside. True when it opened the array of records, whose ']' is given to closeRecords(). */
  token(text: string): boolean {
    const first = text.charAt(0);
    switch (this.expected) {
      case 'nothing':
        throw new JsonFault('There is text behind the document.', 0);
      case 'colon':
        this.expect(first, ':');
        this.expected = 'value';
        return false;
      case 'comma_or_end':
        this.separator(first);
        return false;
      case 'name':
      case 'name_or_end':
        this.name(text, first);
        return false;
      case 'value':
      case 'value_or_end':
        return this.value(text, first);
    }
  }

  closeRecords(): void {
    this.pop();
  }

  private separator(first: string): void {
    const frame = this.frames.at(-1);
    if (frame !== undefined && first === (frame.kind === 'object' ? '}' : ']')) {
      this.pop();
      return;
    }
    this.expect(first, ',');
    if (frame?.kind === 'array') {
      frame.index += 1;
      frame.step = String(frame.index);
    }
    this.expected = frame?.kind === 'object' ? 'name' : 'value';
  }

  private name(text: string, first: string): void {
    const frame = this.frames.at(-1);
    if (first === '}' && this.expected === 'name_or_end') {
      this.pop();
      return;
    }
    this.expect(first, '"');
    const name = stringText(text, 0, text.length, this.decode);
    if (frame === undefined || name === null) {
      throw new JsonFault('The name of a member is not text in the declared encoding.', 0);
    }
    frame.step = name;
    this.expected = 'colon';
  }

  private value(text: string, first: string): boolean {
    if (first === ']' && this.expected === 'value_or_end') {
      this.pop();
      return false;
    }
    const isTarget = this.isTarget();
    if (isTarget && first !== '[') {
      throw new JsonFault('What stands where the records should be is no array.', 0);
    }
    if (first === '[' || first === '{') {
      if (this.frames.length >= this.maxDepth) {
        throw new JsonFault(`The document is nested deeper than ${this.maxDepth} levels.`, 0);
      }
      this.frames.push({ kind: first === '[' ? 'array' : 'object', step: '0', index: 0 });
      this.expected = first === '[' ? 'value_or_end' : 'name_or_end';
      return isTarget;
    }
    this.scalar(text, first);
    this.afterValue();
    return false;
  }

  private scalar(text: string, first: string): void {
    if (first === '"') {
      if (stringText(text, 0, text.length, this.decode) === null) {
        throw new JsonFault('A text is not in the declared encoding.', 0);
      }
    } else if (!/^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/.test(text)) {
      throw new JsonFault('A value is missing or not one of JSON.', 0);
    }
  }

  private isTarget(): boolean {
    return this.frames.length === this.target.length && this.frames.every((frame, depth) => frame.step === this.target[depth]);
  }

  private pop(): void {
    this.frames.pop();
    this.afterValue();
  }

  private afterValue(): void {
    this.expected = this.frames.length === 0 ? 'nothing' : 'comma_or_end';
  }

  private expect(first: string, wanted: string): void {
    if (first !== wanted) {
      throw new JsonFault(`${wanted} is missing.`, 0);
    }
  }
}

const PUNCTUATION = new Set(Buffer.from('{}[]:,'));
const QUOTE = 34;

/**
 * Index behind the token that begins at `start` (no white space), undefined where the window does not show its end.
 * Throws JsonFault where a string cannot end, or the token is longer than `maxBytes`. Nothing behind these many bytes is
 * looked at, so that the answer does not depend on where the window ends.
 */
export function tokenEnd(bytes: Buffer, start: number, final: boolean, maxBytes: number): number | undefined {
  const first = bytes[start] ?? 0;
  const stop = Math.min(bytes.length, start + maxBytes);
  if (PUNCTUATION.has(first)) {
    return start + 1;
  }
  if (first === QUOTE) {
    return quotedEnd(bytes, start, stop, final);
  }
  let index = start;
  while (index < stop && !isDelimiter(bytes[index] ?? 0)) {
    index += 1;
  }
  if (index < bytes.length && !isDelimiter(bytes[index] ?? 0)) {
    throw tooLong();
  }
  return index < bytes.length || final ? index : undefined;
}

function tooLong(): JsonFault {
  return new JsonFault('A text outside the records is too long.', 0);
}

function quotedEnd(bytes: Buffer, start: number, stop: number, final: boolean): number | undefined {
  for (let index = start + 1; index < stop; index += 1) {
    const byte = bytes[index] ?? 0;
    if (byte === 92) {
      index += 1;
    } else if (byte === QUOTE) {
      return index + 1;
    } else if (byte < 0x20) {
      throw new JsonFault('A string holds a control character.', index - start);
    }
  }
  if (stop < bytes.length) {
    throw tooLong();
  }
  if (final) {
    throw new JsonFault('A string is not closed.', 0);
  }
  return undefined;
}

function isDelimiter(byte: number): boolean {
  return isJsonSpace(byte) || byte === QUOTE || PUNCTUATION.has(byte);
}

export function isJsonSpace(byte: number): boolean {
  return byte === 32 || byte === 10 || byte === 13 || byte === 9;
}

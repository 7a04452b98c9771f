/**
 * JSON: elements of the array at the spec's pointer, found by the keys and brackets alone. It gives no number where a name
 * on the way there is written with an escape or beyond ASCII.
 */
import type { SourceSpec } from '../../spec/source-spec.ts';
import type { Tokenizer } from './tokenizer.ts';

/** Names of steps are no longer than this. */
const MAX_NAME = 256;

export class JsonTokenizer implements Tokenizer {
  private readonly target: string;
  private readonly targetDepth: number;
  /** One for every open bracket: the name or index that is being read in it. */
  private readonly path: { readonly isArray: boolean; step: string }[] = [];
  private text = '';
  private inText = false;
  private isEscaped = false;
  private inWord = false;
  private records = 0;
  private applies: boolean;

  constructor({ source }: SourceSpec) {
    this.target = source.records;
    this.targetDepth = source.records.split('/').length;
    this.applies = /^[\u0020-\u007e]*$/.test(source.records);
  }

  push(bytes: Uint8Array): void {
    for (let index = 0; index < bytes.length; index += 1) {
      const byte = bytes[index] as number;
      if (this.inText) {
        this.textByte(byte);
      } else if (byte <= 0x20) {
        this.inWord = false;
      } else {
        this.byte(byte);
      }
    }
  }

  count(): number | null {
    return this.applies && this.path.length === 0 ? this.records : null;
  }

  private textByte(byte: number): void {
    if (this.isEscaped) {
      this.isEscaped = false;
    } else if (byte === 0x5c) {
      this.isEscaped = true;
    } else if (byte === 0x22) {
      this.inText = false;
      return;
    }
    // Names behind the records' depth do not matter.
    if (this.path.length < this.targetDepth && this.text.length < MAX_NAME) {
      this.text += String.fromCharCode(byte);
    }
  }

  private byte(byte: number): void {
    const wasInWord = this.inWord;
    this.inWord = false;
    switch (byte) {
      case 0x22:
        this.beginValue();
        this.inText = true;
        this.text = '';
        break;
      case 0x7b:
      case 0x5b:
        this.beginValue();
        this.path.push({ isArray: byte === 0x5b, step: '0' });
        break;
      case 0x7d:
      case 0x5d:
        this.path.pop();
        break;
      case 0x3a:
        this.endName();
        break;
      case 0x2c:
        this.nextElement();
        break;
      default:
        this.inWord = true;
        if (!wasInWord) {
          this.beginValue();
        }
    }
  }

  private endName(): void {
    const last = this.path.at(-1);
    if (last !== undefined && this.path.length < this.targetDepth) {
      this.applies &&= !this.text.includes('\\');
      last.step = this.text.replaceAll('~', '~0').replaceAll('/', '~1');
    }
  }

  private nextElement(): void {
    const last = this.path.at(-1);
    if (last?.isArray === true && this.path.length < this.targetDepth) {
      last.step = String(Number(last.step) + 1);
    }
  }

  /** Within an object this is a name or its value; neither is an element. */
  private beginValue(): void {
    const isAtDepth = this.path.length === this.targetDepth && this.path.at(-1)?.isArray === true;
    if (isAtDepth && this.pathAbove() === this.target) {
      this.records += 1;
    }
  }

  private pathAbove(): string {
    return this.path
      .slice(0, -1)
      .map(({ step }) => `/${step}`)
      .join('');
  }
}

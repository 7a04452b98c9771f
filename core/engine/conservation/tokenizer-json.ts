/** JSON: elements of the array at the spec's pointer, found by the keys and brackets alone. */
import type { SourceSpec } from '../../spec/source-spec.ts';
import type { Tokenizer } from './tokenizer.ts';

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

  constructor({ source }: SourceSpec) {
    this.target = source.records;
    this.targetDepth = source.records.split('/').length;
  }

  push(bytes: Uint8Array): void {
    for (const byte of bytes) {
      if (this.inText) {
        this.textByte(byte);
      } else {
        this.byte(String.fromCharCode(byte));
      }
    }
  }

  count(): number | null {
    return this.path.length === 0 ? this.records : null;
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
    // Names behind the records' depth do not matter, and a long text is no name of a step.
    if (this.path.length < 8 && this.text.length < 256) {
      this.text += String.fromCharCode(byte);
    }
  }

  private byte(character: string): void {
    const last = this.path.at(-1);
    switch (character) {
      case '"':
        this.beginValue();
        this.inText = true;
        this.text = '';
        break;
      case '{':
      case '[':
        this.beginValue();
        this.path.push({ isArray: character === '[', step: '0' });
        break;
      case '}':
      case ']':
        this.path.pop();
        break;
      case ':':
        if (last !== undefined) {
          last.step = this.text.replaceAll('~', '~0').replaceAll('/', '~1');
        }
        break;
      case ',':
        if (last?.isArray === true) {
          last.step = String(Number(last.step) + 1);
        }
        break;
      default:
        if (!/\s/.test(character) && !this.inWord) {
          this.beginValue();
          this.inWord = true;
          return;
        }
    }
    this.inWord &&= !/[\s",:[\]{}]/.test(character);
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

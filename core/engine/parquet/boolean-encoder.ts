/** BOOL: one bit a value, the lowest first. */
import { ENCODING, wrongValue, type EncodedValues, type MinMax, type ValueEncoder } from './value-encoder.ts';
import { ByteBuffer } from './byte-buffer.ts';
import type { Value } from '../../types/column-type.ts';

export class BooleanEncoder implements ValueEncoder {
  private readonly buffer = new ByteBuffer(4096);
  private bits = 0;
  private sawFalse = false;
  private sawTrue = false;

  get sizeBytes(): number {
    return this.buffer.length;
  }

  append(value: Value): void {
    if (typeof value !== 'boolean') throw wrongValue({ kind: 'BOOL' }, value);
    if (this.bits % 8 === 0) {
      const at = this.buffer.claim(1);
      this.buffer.bytes[at] = 0;
    }
    if (value) {
      const last = this.buffer.length - 1;
      this.buffer.bytes[last] = (this.buffer.bytes[last] ?? 0) | (1 << (this.bits % 8));
      this.sawTrue = true;
    } else {
      this.sawFalse = true;
    }
    this.bits += 1;
  }

  takePage(): EncodedValues {
    const body = this.buffer.content();
    this.buffer.clear();
    this.bits = 0;
    return { encoding: ENCODING.PLAIN, body };
  }

  takeDictionary(): null {
    return null;
  }

  takeMinMax(): MinMax | null {
    const { sawFalse, sawTrue } = this;
    this.sawFalse = false;
    this.sawTrue = false;
    if (!sawFalse && !sawTrue) return null;
    return { min: Uint8Array.of(sawFalse ? 0 : 1), max: Uint8Array.of(sawTrue ? 1 : 0) };
  }
}

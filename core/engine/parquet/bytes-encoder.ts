/** BYTES: PLAIN, each value behind its length. */
import { ByteBuffer } from './byte-buffer.ts';
import { ENCODING, wrongValue, type EncodedValues, type MinMax, type ValueEncoder } from './value-encoder.ts';
import type { Value } from '../../types/column-type.ts';

const MAX_STATISTIC_BYTES = 256;

export class BytesEncoder implements ValueEncoder {
  private readonly buffer = new ByteBuffer(4096);
  private min: Uint8Array | undefined;
  private max: Uint8Array | undefined;

  get sizeBytes(): number {
    return this.buffer.length;
  }

  append(value: Value): void {
    if (!(value instanceof Uint8Array)) throw wrongValue({ kind: 'BYTES' }, value);
    const at = this.buffer.claim(4 + value.length);
    this.buffer.view.setUint32(at, value.length, true);
    this.buffer.bytes.set(value, at + 4);
    if (this.min === undefined || Buffer.compare(value, this.min) < 0) this.min = Uint8Array.from(value);
    if (this.max === undefined || Buffer.compare(value, this.max) > 0) this.max = Uint8Array.from(value);
  }

  takePage(): EncodedValues {
    const body = this.buffer.content();
    this.buffer.clear();
    return { encoding: ENCODING.PLAIN, body };
  }

  takeDictionary(): null {
    return null;
  }

  takeMinMax(): MinMax | null {
    const { min, max } = this;
    this.min = undefined;
    this.max = undefined;
    if (min === undefined || max === undefined) return null;
    return min.length > MAX_STATISTIC_BYTES || max.length > MAX_STATISTIC_BYTES ? null : { min, max };
  }
}

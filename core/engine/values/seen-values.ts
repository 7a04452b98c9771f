/**
 * Texts of a column that were read and found good, with their values: most columns of trades have few different texts.
 * Where they do not repeat, it stops remembering.
 */
import type { Value } from '../../types/column-type.ts';

const MAX_TEXTS = 4096;
const MAX_CHARACTERS = 64;
/** Look-ups after which it is judged whether remembering pays: early, whether it may at all. */
const TRIAL = 8192;
const EARLY_TRIAL = 512;
const EARLY_SHARE = 16;
/** A substring that is shorter is a copy already; a longer one keeps the whole text that it is cut from in memory. */
const MIN_SLICE = 13;
const WIDE = /[^\u0000-\u00ff]/;

export class SeenValues {
  private readonly values = new Map<string, Value>();
  private lookups = 0;
  private hits = 0;
  private isUseful = true;

  get(text: string): Value | undefined {
    if (!this.isUseful) {
      return undefined;
    }
    const value = this.values.get(text);
    this.lookups += 1;
    if (value !== undefined) {
      this.hits += 1;
    } else if (this.lookups > TRIAL ? this.hits * 2 < this.lookups : this.lookups > EARLY_TRIAL && this.hits * EARLY_SHARE < this.lookups) {
      this.isUseful = false;
      this.values.clear();
    }
    return value;
  }

  set(text: string, value: Value): void {
    if (this.isUseful && this.values.size < MAX_TEXTS && text.length <= MAX_CHARACTERS) {
      this.values.set(copied(text), typeof value === 'string' ? copied(value) : value);
    }
  }
}

/** The same text, without the record that it was cut from. */
function copied(text: string): string {
  if (text.length < MIN_SLICE) {
    return text;
  }
  const encoding = WIDE.test(text) ? 'utf16le' : 'latin1';
  return Buffer.from(text, encoding).toString(encoding);
}

/**
 * Finds the end of one element of the array of records: brackets are counted, strings passed over, nothing else is
 * looked at. What is between is parsed strictly once the element is whole, so that a broken record costs itself only.
 */
import { isJsonSpace } from './json-outline.ts';

const QUOTE = 34;
const BACKSLASH = 92;

export class ElementScan {
  /** Bytes behind `from` that were looked at. */
  scanned = 0;
  private depth = 0;
  private inString = false;
  private afterBackslash = false;
  private isContainer: boolean | null = null;

  /**
   * The element's length from `from` once its end is seen; else undefined. Bytes that were looked at are not looked at
   * again: set `scanned` to 0 when `from` moves on to the first new byte.
   */
  advance(bytes: Buffer, from: number): number | undefined {
    this.isContainer ??= bytes[from] === 0x7b || bytes[from] === 0x5b;
    for (let index = from + this.scanned; index < bytes.length; index += 1) {
      const byte = bytes[index] as number;
      const ends = this.step(byte);
      if (ends === 'before') {
        return index - from;
      }
      this.scanned += 1;
      if (ends === 'here') {
        return this.scanned;
      }
    }
    return undefined;
  }

  private step(byte: number): 'here' | 'before' | 'goes_on' {
    if (this.inString) {
      if (this.afterBackslash) {
        this.afterBackslash = false;
      } else if (byte === BACKSLASH) {
        this.afterBackslash = true;
      } else if (byte === QUOTE) {
        this.inString = false;
      }
      return 'goes_on';
    }
    if (this.isContainer !== true && (byte === 0x2c || byte === 0x5d || isJsonSpace(byte))) {
      return 'before';
    }
    if (byte === QUOTE) {
      this.inString = true;
    } else if (byte === 0x7b || byte === 0x5b) {
      this.depth += 1;
    } else if (byte === 0x7d || byte === 0x5d) {
      this.depth -= 1;
      return this.isContainer === true && this.depth === 0 ? 'here' : 'goes_on';
    }
    return 'goes_on';
  }
}

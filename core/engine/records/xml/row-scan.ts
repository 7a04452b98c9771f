/**
 * Finds the end of one row element: markup is told apart from text, and the row's own tags are counted; nothing else is
 * looked at. The row is parsed strictly once it is whole, so that a broken row costs itself only.
 */
import { tagName, xmlTokenAt } from './xml-token.ts';

export class RowScan {
  /** Bytes behind `from` that belong to whole tokens of the row. */
  scanned = 0;
  /** The next token (no text) is longer than a record may be: the row cannot be followed. */
  isLost = false;
  readonly rowTag: string;
  /** Elements of the row's name that are open. */
  depth: number;
  private readonly maxTokenBytes: number;

  constructor(rowTag: string, maxTokenBytes: number, depth = 0) {
    this.rowTag = rowTag;
    this.maxTokenBytes = maxTokenBytes;
    this.depth = depth;
  }

  /**
   * The row's length from `from` once its end is seen; else undefined. Set `scanned` to 0 when `from` moves on to the
   * first new byte.
   */
  advance(bytes: Buffer, from: number): number | undefined {
    while (from + this.scanned < bytes.length) {
      const at = from + this.scanned;
      const token = xmlTokenAt(bytes, at, false);
      if (token?.kind !== 'text' && (token?.end ?? bytes.length) - at > this.maxTokenBytes) {
        this.isLost = true;
        return undefined;
      }
      if (token === undefined) {
        return undefined;
      }
      this.scanned = token.end - from;
      const { kind } = token;
      if ((kind === 'start' || kind === 'end' || kind === 'empty') && tagName(bytes, at, token.end) === this.rowTag) {
        this.depth += kind === 'start' ? 1 : kind === 'end' ? -1 : 0;
        if (this.depth === 0) {
          return this.scanned;
        }
      }
    }
    return undefined;
  }
}

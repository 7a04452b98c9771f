/** Physical lines: LF, CRLF and a lone CR each end one. */
const LF = 10;
const CR = 13;

export interface LineEnd {
  /** Index behind the line's content. */
  readonly contentEnd: number;
  /** Index of the next line. */
  readonly next: number;
}

/**
 * The end of the line that `from` stands in, looked for up to `stop`; undefined where the window does not show it. With
 * `final` the end of the bytes ends the line.
 */
export function findLineEnd(bytes: Buffer, from: number, stop: number, final: boolean): LineEnd | undefined {
  let index = from;
  while (index < stop && bytes[index] !== LF && bytes[index] !== CR) {
    index += 1;
  }
  if (index >= bytes.length) {
    return final ? { contentEnd: index, next: index } : undefined;
  }
  return lineEndAt(bytes, index, final);
}

/** The line end at `index`, undefined when there is none or a CR is the window's last byte and an LF may follow. */
export function lineEndAt(bytes: Buffer, index: number, final: boolean): LineEnd | undefined {
  if (bytes[index] === LF) {
    return { contentEnd: index, next: index + 1 };
  }
  if (bytes[index] !== CR || (index + 1 >= bytes.length && !final)) {
    return undefined;
  }
  return { contentEnd: index, next: bytes[index + 1] === LF ? index + 2 : index + 1 };
}

/**
 * Counts line ends as bytes go by, for formats whose records are not lines. A CR LF that is cut apart by a call counts
 * once.
 */
export class LineCounter {
  /** 1-based line of the next byte. */
  line = 1;
  /** The last byte was a CR, whose LF may follow. */
  afterCr = false;

  advance(bytes: Buffer, from: number, to: number): void {
    for (let index = from; index < to; index += 1) {
      const byte = bytes[index];
      if (byte === LF) {
        this.line += this.afterCr ? 0 : 1;
        this.afterCr = false;
      } else if (byte === CR) {
        this.line += 1;
        this.afterCr = true;
      } else {
        this.afterCr = false;
      }
    }
  }
}

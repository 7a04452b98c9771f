/**
 * The stretch of a file that is in memory: what a reader has left of the last window, and the next chunk behind it. One
 * buffer is used again and again; it grows to the longest unfinished record plus one chunk.
 */
export class WindowBuffer {
  private buffer: Buffer = Buffer.alloc(0);
  private start = 0;
  private end = 0;
  /** File offset of the first byte. */
  base: number;

  constructor(base: number) {
    this.base = base;
  }

  /** The bytes in memory; only valid until the next call. */
  bytes(): Buffer {
    return this.buffer.subarray(this.start, this.end);
  }

  append(chunk: Buffer): void {
    if (this.end + chunk.length > this.buffer.length) {
      const kept = this.end - this.start;
      const target = kept + chunk.length > this.buffer.length ? Buffer.allocUnsafe((kept + chunk.length) * 2) : this.buffer;
      this.buffer.copy(target, 0, this.start, this.end);
      this.buffer = target;
      this.start = 0;
      this.end = kept;
    }
    chunk.copy(this.buffer, this.end);
    this.end += chunk.length;
  }

  consume(count: number): void {
    this.start += count;
    this.base += count;
  }
}

/** Bytes that grow at the end and are used again page after page, so that steady state allocates nothing. */
export class ByteBuffer {
  bytes: Buffer<ArrayBuffer>;
  view: DataView<ArrayBuffer>;
  length = 0;

  constructor(capacity: number) {
    this.bytes = Buffer.allocUnsafeSlow(capacity);
    this.view = new DataView(this.bytes.buffer);
  }

  /** Makes room for `count` more bytes and gives their first position; `length` already counts them. */
  claim(count: number): number {
    const start = this.length;
    const needed = start + count;
    if (needed > this.bytes.length) this.grow(needed);
    this.length = needed;
    return start;
  }

  /** What was written, as a view that the next write may change. */
  content(): Buffer {
    return this.bytes.subarray(0, this.length);
  }

  /** What was written, in memory of its own; nothing more can be. */
  take(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.bytes.buffer.transfer(this.length));
  }

  clear(): void {
    this.length = 0;
  }

  private grow(needed: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.bytes.length * 2));
    larger.set(this.content());
    this.bytes = larger;
    this.view = new DataView(larger.buffer);
  }
}

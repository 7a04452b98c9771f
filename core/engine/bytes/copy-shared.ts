/**
 * Copies bytes out of or into shared memory that nobody else touches meanwhile. TypedArray.set() and Buffer.copy() take them word by word
 * with atomic loads, since another thread might; fill() with as many bytes as there is room for is a plain copy, about twice as fast.
 */
export function copyShared(source: Uint8Array, target: Buffer, at: number): void {
  // fill() refuses to repeat nothing.
  if (source.length > 0) target.fill(source, at, at + source.length);
}

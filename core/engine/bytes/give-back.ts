/**
 * Memory of large buffers goes back when it is no longer used, not when garbage is collected: collections of all of the heap are counted by
 * what buffers hold, and one for each range of a file took a sixth of the processor time.
 */

/** Node cuts short buffers out of blocks of this size, which belong to all. */
const { poolSize: SHARED_BYTES } = Buffer;

/** Nobody reads these bytes any more, nor others of the same ArrayBuffer, which has no byte from now on. Short ones are left as they are. */
export function giveBack({ buffer }: Uint8Array<ArrayBuffer> | Float64Array<ArrayBuffer>): void {
  if (buffer.byteLength > SHARED_BYTES) buffer.transfer(0);
}

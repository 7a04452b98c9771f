/**
 * What brokers answer comes in pieces of 64 KB that lie outside of V8's heap and are done with milliseconds later. By default V8 goes through its whole heap once
 * for every 64 MB of them, more than ten times a second for a reader at full speed.
 */
import { setFlagsFromString } from 'node:v8';

/** From now on such memory counts as a part of the heap: it is collected when both together have grown by V8's usual share (docs/decisions, 0077). For the whole process. */
export function countOutsideMemoryWithHeap(): void {
  setFlagsFromString('--external-memory-accounted-in-global-limit');
}

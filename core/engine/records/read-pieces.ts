/** How a reader that takes one piece after another goes through a window. */
import type { ByteWindow } from './record-reader.ts';

/** Takes pieces until none is whole; gives the position of the first byte that waits for more. */
export function readPieces(window: ByteWindow, readOne: (window: ByteWindow, position: number) => number): number {
  let position = 0;
  while (position < window.bytes.length) {
    const next = readOne(window, position);
    if (next <= position) {
      break;
    }
    position = next;
  }
  return position;
}

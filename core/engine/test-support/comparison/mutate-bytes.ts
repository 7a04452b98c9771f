/** Changes bytes at random places: what is inserted, removed or replaced means something in one of the formats mostly. */
import type { SeededRandom } from '../oracle/seeded-random.ts';

const TELLING = Buffer.from('",;|\t\n\r{}[]:<>/&=\'\\ #-+.0123456789eETZ\u0000\ufeffé', 'utf8');
const LONGEST_PIECE = 40;

/** `places` changes behind the first `from` bytes; sometimes all of them in a small part of the file. */
export function mutateBytes(content: Buffer, places: number, from: number, random: SeededRandom): Buffer {
  const isLocal = random.chance(0.3);
  const start = isLocal ? random.integer(from, content.length) : from;
  const end = isLocal ? Math.min(content.length, start + 200) : content.length;
  const cuts = Array.from({ length: places }, () => random.integer(start, end)).toSorted((a, b) => a - b);
  const parts: Buffer[] = [];
  let done = 0;
  for (const at of cuts) {
    if (at < done) continue;
    parts.push(content.subarray(done, at));
    done = change(content, at, parts, random);
  }
  parts.push(content.subarray(done));
  return Buffer.concat(parts);
}

/** Adds what stands at `at` now; gives the position where the old content goes on. */
function change(content: Buffer, at: number, parts: Buffer[], random: SeededRandom): number {
  const telling = Buffer.from([random.pick([...TELLING])]);
  const length = random.chance(0.8) ? random.integer(1, 3) : random.integer(1, LONGEST_PIECE);
  const piece = content.subarray(at, at + length);
  switch (random.integer(0, 6)) {
    case 0:
      parts.push(telling);
      return at;
    case 1:
      parts.push(telling);
      return at + 1;
    case 2:
      parts.push(Buffer.from([random.integer(0, 255)]));
      return at + 1;
    case 3:
      return at + length;
    case 4:
      parts.push(piece, piece);
      return at + length;
    case 5: {
      const elsewhere = random.integer(0, content.length);
      parts.push(content.subarray(elsewhere, elsewhere + length));
      return at;
    }
    default:
      parts.push(Buffer.alloc(random.integer(1, 4), telling));
      return at;
  }
}

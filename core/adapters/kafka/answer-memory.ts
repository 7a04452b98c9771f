/**
 * Memory of answers, used again: each has a megabyte or so and is done with milliseconds later, and to get such pieces from the system and collect them again
 * costs as much as to judge what is in them (docs/decisions, 0077).
 */
import { messagePlaces, type MessagePlaces } from '../../ports/message-run.ts';

/** Of answers that are small. */
const PIECE_BYTES_MIN = 64 * 1024;
const ROOM_MIN = 1024;
/** Pieces that wait to be used again: what is read ahead, and one. */
const FREE_MAX = 8;

export class AnswerMemory {
  private readonly freeBytes: Buffer[] = [];
  private readonly freePlaces: MessagePlaces[] = [];
  /** What belongs to the bytes that are in use. */
  private readonly lent = new WeakMap<Buffer, { readonly whole: Buffer; places: MessagePlaces | null }>();

  /** So many bytes, whose content is what was there before. */
  bytes(length: number): Buffer {
    const whole = takeFitting(this.freeBytes, (free) => free.length >= length) ?? Buffer.allocUnsafeSlow(powerOf2(length, PIECE_BYTES_MIN));
    const bytes = whole.subarray(0, length);
    this.lent.set(bytes, { whole, places: null });
    return bytes;
  }

  /** Places for so many messages in these bytes. */
  places(bytes: Buffer, room: number): MessagePlaces {
    const places = takeFitting(this.freePlaces, ({ offsets }) => offsets.length >= room) ?? messagePlaces(powerOf2(room, ROOM_MIN));
    const lent = this.lent.get(bytes);
    if (lent !== undefined) lent.places = places;
    return places;
  }

  /** Nobody looks at the bytes any more, nor at their places. */
  giveBack(bytes: Buffer): void {
    const lent = this.lent.get(bytes);
    if (lent === undefined) return;
    this.lent.delete(bytes);
    if (this.freeBytes.length < FREE_MAX) this.freeBytes.push(lent.whole);
    if (lent.places !== null && this.freePlaces.length < FREE_MAX) this.freePlaces.push(lent.places);
  }
}

/** Takes the first that fits out of the list. */
function takeFitting<T>(free: T[], fits: (piece: T) => boolean): T | undefined {
  const index = free.findIndex(fits);
  return index < 0 ? undefined : free.splice(index, 1)[0];
}

function powerOf2(needed: number, least: number): number {
  let size = least;
  while (size < needed) size *= 2;
  return size;
}

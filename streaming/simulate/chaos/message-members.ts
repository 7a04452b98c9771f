/** Which members of a message a fault takes hold of, by stream, and how one is changed in the text without reading its numbers. */
import type { StreamKind } from '../messages/message-writer.ts';

export interface MessageMembers {
  readonly time: string;
  /** A decimal that every message has. */
  readonly number: string;
  /** The price that is changed alone; not every message has it. */
  readonly price: string;
  readonly otherPrice: string | null;
  /** A column of fixed words; null where there is none. */
  readonly fixedWords: string | null;
  /** Must be there. */
  readonly required: string;
  /** A column of free text. */
  readonly freeText: string;
  /** Must be above 0 by a rule of the spec. */
  readonly positive: string;
}

const TRADE: MessageMembers = {
  time: 'trade_time',
  number: 'price',
  price: 'price',
  otherPrice: null,
  fixedWords: 'side',
  required: 'instrument',
  freeText: 'session',
  positive: 'quantity',
};
const MEMBERS: Readonly<Record<StreamKind, MessageMembers>> = {
  trades: TRADE,
  quotes: { ...TRADE, time: 'quote_time', number: 'ask', price: 'bid', otherPrice: 'ask', fixedWords: null, positive: 'bid_size' },
  // A market order has no price: its quantity is what every order has.
  orders: { ...TRADE, time: 'order_time', number: 'quantity' },
  firehose: { ...TRADE, time: 'book_time' },
};

export function membersOf(kind: StreamKind, isTrade: boolean): MessageMembers {
  return isTrade ? TRADE : MEMBERS[kind];
}

export function hasMember(text: string, member: string): boolean {
  return text.includes(`"${member}":`);
}

/** The text of a member's value as it stands: a number, or a string with its quotes (without escapes or commas in it). */
export function valueOf(text: string, member: string): string {
  const [start, end] = placeOf(text, member);
  return text.slice(start, end);
}

export function withValue(text: string, member: string, value: string): string {
  const [start, end] = placeOf(text, member);
  return text.slice(0, start) + value + text.slice(end);
}

/** Not for the last member. */
export function withoutMember(text: string, member: string): string {
  const [start, end] = placeOf(text, member);
  return text.slice(0, start - `"${member}":`.length) + text.slice(end + 1);
}

function placeOf(text: string, member: string): readonly [start: number, end: number] {
  const name = `"${member}":`;
  const at = text.indexOf(name);
  if (at < 0) throw new RangeError(`A message has no member ${member}.`);
  const start = at + name.length;
  const comma = text.indexOf(',', start);
  return [start, comma < 0 ? text.length - 1 : comma];
}

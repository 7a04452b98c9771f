/** Faults that change one message's text. The text is written as Latin-1, so that a character above 127 is a byte that is no UTF-8. */
import type { RandomNumbers } from '../market/random-numbers.ts';
import { hasMember, valueOf, withoutMember, withValue, type MessageMembers } from './message-members.ts';
import { CORRUPTIONS, type Corruption, type FaultKind } from './fault-kind.ts';

export interface ChangedText {
  readonly text: string;
  readonly kind: FaultKind;
  /** The member that was changed; null for the message as a whole. */
  readonly column: string | null;
}

export function corrupted(text: string, members: MessageMembers, random: RandomNumbers): ChangedText {
  const kind = CORRUPTIONS[random.below(CORRUPTIONS.length)] ?? 'cut_json';
  return corruptedAs(kind, text, members, random);
}

export function corruptedAs(kind: Corruption, text: string, members: MessageMembers, random: RandomNumbers): ChangedText {
  switch (kind) {
    case 'cut_json':
      return { text: text.slice(0, 1 + random.below(text.length - 1)), kind, column: null };
    case 'wrong_type':
      return changed(text, kind, members.number, '"n/a"');
    case 'missing_field':
      return { text: withoutMember(text, members.required), kind, column: members.required };
    case 'bad_enum':
      return members.fixedWords === null
        ? changed(text, 'null_value', members.number, 'null')
        : changed(text, kind, members.fixedWords, '"HOLD"');
    case 'too_many_digits':
      return changed(text, kind, members.number, '1.0000000001');
    case 'invalid_utf8':
      return changed(text, kind, members.freeText, '"\u00ff\u00fe"');
    case 'broken_time':
      return changed(text, kind, members.time, '"2026-02-30T12:00:00.000000Z"');
    case 'rule_broken':
      return changed(text, kind, members.positive, '0');
  }
}

/** A price below 0, of a quote the bid; undefined where there is none. */
export function negative(text: string, { price }: MessageMembers): ChangedText | undefined {
  return hasMember(text, price) ? changed(text, 'negative', price, `-${valueOf(text, price)}`) : undefined;
}

/** The bid takes the place of the ask and the ask that of the bid; undefined where there are no two prices. */
export function crossed(text: string, { price, otherPrice }: MessageMembers): ChangedText | undefined {
  if (otherPrice === null) return undefined;
  const [bid, ask] = [valueOf(text, price), valueOf(text, otherPrice)];
  return { text: withValue(withValue(text, price, ask), otherPrice, bid), kind: 'crossed', column: price };
}

/** A digit too much: ten times the price, still exact; undefined where there is none. */
export function fatFinger(text: string, { price }: MessageMembers): ChangedText | undefined {
  if (!hasMember(text, price)) return undefined;
  const [whole = '', fraction = ''] = valueOf(text, price).split('.');
  const moved = fraction === '' ? `${whole}0` : `${whole}${fraction.slice(0, 1)}${fraction.length > 1 ? `.${fraction.slice(1)}` : ''}`;
  return changed(text, 'fat_finger', price, moved.replace(/^0+(?=\d)/, ''));
}

export function atTime(text: string, { time }: MessageMembers, moment: string): ChangedText {
  return changed(text, 'future', time, `"${moment}"`);
}

function changed(text: string, kind: FaultKind, column: string, value: string): ChangedText {
  return { text: withValue(text, column, value), kind, column };
}

/**
 * A whole FIX message as its fields, in order: tag, and where the value stands. One object is filled anew for every
 * message.
 */
import type { RecordFault } from '../../values/raw-cells.ts';
import { RAW_DATA } from './fix-dictionary.ts';
import { PIPE, SOH, syntaxFault } from './fix-frame.ts';

const TAG = /^[1-9]\d{0,8}$/;
const MAX_TAG_CHARACTERS = 10;

export class FixFields {
  readonly tags: number[] = [];
  readonly starts: number[] = [];
  readonly ends: number[] = [];
  /** A CheckSum stands before the last one: the message that was read is several, or none. */
  hasEarlyCheckSum = false;
  /** The message, one character a byte. */
  text = '';
  private readonly maxFields: number;

  constructor(maxFields: number) {
    this.maxFields = maxFields;
  }

  get count(): number {
    return this.tags.length;
  }

  value(field: number): string {
    return this.text.substring(this.starts[field] ?? 0, this.ends[field]);
  }

  /** Reads `raw`, whose CheckSum field stands at `checksumAt`; gives what is wrong with it, null where nothing is. */
  read(raw: Buffer, checksumAt: number, separator: number): RecordFault | null {
    this.text = raw.toString('latin1');
    this.tags.length = 0;
    this.starts.length = 0;
    this.ends.length = 0;
    this.hasEarlyCheckSum = false;
    return this.split(checksumAt, String.fromCharCode(separator)) ?? this.checkSum(raw, checksumAt, separator);
  }

  private split(checksumAt: number, separator: string): RecordFault | null {
    const { text } = this;
    for (let at = 0; at < text.length;) {
      const equals = text.indexOf('=', at);
      const tag = equals < 0 || equals - at > MAX_TAG_CHARACTERS ? '' : text.substring(at, equals);
      if (!TAG.test(tag)) {
        return syntaxFault('tag=value', `A field is not written tag=value (byte ${at} of the message).`);
      }
      const number = Number(tag);
      const end = this.endOfValue(number, equals + 1, separator);
      if (typeof end !== 'number') {
        return end;
      }
      if (number === 10 && at !== checksumAt) {
        this.hasEarlyCheckSum = true;
        return syntaxFault('CheckSum (10) last', `CheckSum (10) stands in the midst of the message (byte ${at}).`);
      }
      this.tags.push(number);
      this.starts.push(equals + 1);
      this.ends.push(end);
      if (this.tags.length > this.maxFields) {
        return syntaxFault(`at most ${this.maxFields} fields`, `The message has more than ${this.maxFields} fields.`);
      }
      at = end + 1;
    }
    if (this.tags[2] !== 35 || this.tags.at(-1) !== 10) {
      return syntaxFault('MsgType (35) third', 'BodyLength (9) is not followed by MsgType (35).');
    }
    return null;
  }

  private endOfValue(tag: number, start: number, separator: string): number | RecordFault {
    const { text } = this;
    const before = this.count - 1;
    const dataTag = RAW_DATA.get(this.tags[before] ?? 0);
    if (dataTag === undefined) {
      const end = text.indexOf(separator, start);
      return end < 0 ? text.length : end;
    }
    const lengthTag = this.tags[before] ?? 0;
    const length = this.value(before);
    if (!/^\d{1,9}$/.test(length) || (tag !== dataTag && Number(length) > 0)) {
      return syntaxFault(
        `a length, then tag ${dataTag}`,
        `Tag ${lengthTag} says ${length}, and tag ${dataTag} does not follow it with as many bytes.`,
      );
    }
    if (tag !== dataTag) {
      const end = text.indexOf(separator, start);
      return end < 0 ? text.length : end;
    }
    const end = start + Number(length);
    return text.charAt(end) === separator
      ? end
      : syntaxFault(
          `${length} bytes, then the separator`,
          `The data of tag ${dataTag} is not ${length} bytes long, as tag ${lengthTag} says.`,
        );
  }

  /** The sum of all bytes before CheckSum; where | stands for SOH, each separator counts as SOH. */
  private checkSum(raw: Buffer, checksumAt: number, separator: number): RecordFault | null {
    let sum = 0;
    for (let index = 0; index < checksumAt; index += 1) {
      sum += raw[index] as number;
    }
    if (separator === PIPE) {
      sum -= (this.count - 1) * (PIPE - SOH);
    }
    const expected = String(sum % 256).padStart(3, '0');
    const found = this.value(this.count - 1);
    if (found === expected) {
      return null;
    }
    const message = `CheckSum (10) says ${found}, the bytes sum up to ${expected}.`;
    return { code: 'RECORD_UNPARSABLE', column: null, found, expected, message };
  }
}

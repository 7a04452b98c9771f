/**
 * The values of the nth trade, written as bytes. What a trade holds follows from the seed and its number alone, so every format and
 * every variant has the same trades. Nothing here makes a text a row: 4,000,000 rows take seconds.
 */
import { putDigits, putNumber } from './ascii-digits.ts';

export interface TradeStyle {
  readonly seed: number;
  /** received_time has no fraction and a blank instead of the T; confirmed_time has an offset of an hour. */
  readonly mixedTimestamps: boolean;
  /** Every 20th counterparty is a quoted text over two lines. */
  readonly quotedNewlines: boolean;
  /** No text occurs twice, enums and currencies excepted. */
  readonly distinct: boolean;
}

const DAYS = 365;
const FIRST_DAY_MS = Date.UTC(2023, 0, 2);
const DAY_MS = 86_400_000;
/** Trades stay so far from midnight that the later times and the offset of an hour are of the same day. */
const SECONDS = 22 * 3600;
const TRADERS = 500;
const COUNTERPARTIES = 5000;
const ISINS = 20_000;
const NEWLINE_EVERY = 20;
const SIDES = ['BUY', 'SELL'].map((text) => Buffer.from(text));
const STATUSES = ['NEW', 'NEW', 'NEW', 'AMENDED', 'CANCELLED', 'NEW', 'NEW', 'AMENDED'].map((text) => Buffer.from(text));
const CURRENCIES = ['USD', 'EUR', 'GBP', 'JPY', 'CHF', 'SEK', 'NOK', 'AUD'].map((text) => Buffer.from(text));
const HOUSES = ['Nordbank', 'Crédit Val', 'Harbour Cap', 'Alpha Trading', 'Société Lac', 'Eastern Sec', 'Meridian', 'Old Mill'];
const NAMES = HOUSES.map((text) => Buffer.from(`${text} `));
const DATES = Array.from({ length: DAYS + 3 }, (_, day) => Buffer.from(new Date(FIRST_DAY_MS + day * DAY_MS).toISOString().slice(0, 10)));
const [T, Z, BLANK, POINT, COLON, QUOTE, LF] = [84, 90, 32, 46, 58, 34, 10];
const OFFSET = Buffer.from('+01:00');

export class TradeFields {
  private readonly style: TradeStyle;
  private number = 0;
  private state = 0;
  private day = 0;
  private second = 0;
  private micros = 0;
  private choices = 0;
  private amounts = 0;

  constructor(style: TradeStyle) {
    this.style = style;
  }

  /** Draws the trade with this number (from 0, below 10^12). */
  draw(number: number): void {
    this.number = number;
    this.state = (Math.imul(number + 1, 2654435761) ^ Math.imul(this.style.seed, 0x9e3779b1)) >>> 0;
    this.day = this.next() % DAYS;
    this.second = this.next() % SECONDS;
    this.micros = this.next() % 1_000_000;
    this.choices = this.next();
    this.amounts = this.next();
  }

  /** Writes the field of the column at `place` and gives the index behind it: `at` itself for NULL. */
  write(place: number, out: Buffer, at: number): number {
    const { choices, style } = this;
    switch (place) {
      case 0:
        out[at] = T;
        return putDigits(out, at + 1, this.number, 12);
      case 1:
        return this.moment(out, at, this.second, this.micros);
      case 2:
        return this.received(out, at);
      case 3:
        return choices % 3 === 0 ? at : this.confirmed(out, at);
      case 4:
        return put(out, at, DATES[this.day + (choices % 3)]);
      case 5:
        return putNumber(out, at, 1 + ((choices >>> 2) % 40));
      case 6:
        return put(out, at, SIDES[(choices >>> 4) & 1]);
      case 7:
        return put(out, at, STATUSES[(choices >>> 5) & 7]);
      case 8:
        return this.decimal(out, at, 1 + (this.amounts % 99_999), (this.amounts >>> 17) % 4);
      case 9:
        return this.decimal(out, at, 1 + ((this.amounts >>> 3) % 9999), 2 + (this.amounts % 8));
      case 10:
        return put(out, at, CURRENCIES[(choices >>> 8) & 7]);
      case 11:
        if ((choices >>> 11) % 5 === 0) return at;
        return this.isin(out, at, style.distinct ? this.number : (choices >>> 11) % ISINS);
      case 12:
        out[at] = T;
        out[at + 1] = 82;
        return style.distinct ? putDigits(out, at + 2, this.number, 9) : putDigits(out, at + 2, (choices >>> 9) % TRADERS, 3);
      default:
        return this.counterparty(out, at);
    }
  }

  /** A 32-bit whole number (mulberry32). */
  private next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }

  private received(out: Buffer, at: number): number {
    // At least the next full second: dropping the fraction does not bring it before the trade.
    const second = this.second + 1 + (this.choices % 7);
    if (!this.style.mixedTimestamps) return this.moment(out, at, second, (this.micros + 1_000) % 1_000_000);
    const next = this.clock(out, at, BLANK, second);
    out[next] = Z;
    return next + 1;
  }

  private confirmed(out: Buffer, at: number): number {
    const second = this.second + 30 + (this.choices % 11);
    if (!this.style.mixedTimestamps) return this.moment(out, at, second, this.micros);
    return put(out, this.fraction(out, this.clock(out, at, T, second + 3600), this.micros), OFFSET);
  }

  /** YYYY-MM-DDTHH:MM:SS.ffffffZ */
  private moment(out: Buffer, at: number, second: number, micros: number): number {
    const next = this.fraction(out, this.clock(out, at, T, second), micros);
    out[next] = Z;
    return next + 1;
  }

  private clock(out: Buffer, at: number, between: number, second: number): number {
    let next = put(out, at, DATES[this.day]);
    out[next] = between;
    next = putDigits(out, next + 1, Math.floor(second / 3600), 2);
    out[next] = COLON;
    next = putDigits(out, next + 1, Math.floor(second / 60) % 60, 2);
    out[next] = COLON;
    return putDigits(out, next + 1, second % 60, 2);
  }

  private fraction(out: Buffer, at: number, micros: number): number {
    out[at] = POINT;
    return putDigits(out, at + 1, micros, 6);
  }

  private decimal(out: Buffer, at: number, whole: number, digits: number): number {
    const next = putNumber(out, at, whole);
    if (digits === 0) return next;
    out[next] = POINT;
    return putDigits(out, next + 1, this.amounts % 10 ** digits, digits);
  }

  /** US, nine digits, and the check digit of ISO 6166: Luhn over 30 28 and the digits. */
  private isin(out: Buffer, at: number, number: number): number {
    out[at] = 85;
    out[at + 1] = 83;
    putDigits(out, at + 2, number, 9);
    // Of the 3, 0, 2, 8 that stand for US, the 3 and the 2 are doubled.
    let sum = 6 + 0 + 4 + 8;
    for (let index = 0; index < 9; index += 1) {
      const digit = (out[at + 2 + index] as number) - 48;
      const weighted = index % 2 === 0 ? digit * 2 : digit;
      sum += weighted > 9 ? weighted - 9 : weighted;
    }
    return putDigits(out, at + 11, (10 - (sum % 10)) % 10, 1);
  }

  private counterparty(out: Buffer, at: number): number {
    const { choices, style } = this;
    const splits = style.quotedNewlines && this.number % NEWLINE_EVERY === 0;
    if (!splits && (choices >>> 7) % 20 === 0) return at;
    const chosen = (choices >>> 12) % COUNTERPARTIES;
    let next = at;
    if (splits) next = putByte(out, next, QUOTE);
    next = put(out, next, NAMES[chosen % NAMES.length]);
    if (splits) next = putByte(out, next, LF);
    next = style.distinct ? putDigits(out, next, this.number, 12) : putDigits(out, next, chosen, 4);
    return splits ? putByte(out, next, QUOTE) : next;
  }
}

function put(out: Buffer, at: number, bytes: Buffer | undefined): number {
  if (bytes === undefined) throw new RangeError('a value outside its list');
  for (let index = 0; index < bytes.length; index += 1) out[at + index] = bytes[index] as number;
  return at + bytes.length;
}

function putByte(out: Buffer, at: number, byte: number): number {
  out[at] = byte;
  return at + 1;
}

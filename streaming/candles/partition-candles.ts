/**
 * Candles of one partition of a log, from trades in any order. The same set of trades gives the same candles: what was told of a window is
 * corrected, under the next revision, whenever a trade comes for it, until the window's seconds are forgotten.
 *
 *     floor             watermark                    newest event time
 *       |  corrections      |       allowed lateness        |
 *       |  closed windows   |   windows that form           |
 *
 * The watermark is the newest event time less the allowed lateness; it never goes back. An event time later than the message's own time
 * allows does not move it (`capUs`), so that one wrong clock closes nothing. A window is closed, and told of, when the watermark reaches its end.
 */
import { ByteTable, hashBytes } from './byte-table.ts';
import { LONGEST_WINDOW_SECONDS, type Candle } from './candle.ts';
import type { CandleOptions } from './candle-options.ts';
import { InstrumentSeconds } from './instrument-seconds.ts';
import { KeyMemory } from './key-memory.ts';
import { SecondBuckets } from './second-buckets.ts';
import { TRADE, TRADE_FIELDS, TradeBatch } from './trade-batch.ts';
import { WindowTeller } from './window-teller.ts';

export const OUTCOME = { COUNTED: 0, DUPLICATE: 1, CORRECTS: 2, TOO_LATE: 3, BEYOND: 4 } as const;
export type Outcome = (typeof OUTCOME)[keyof typeof OUTCOME];

export interface CandleCounts {
  trades: number;
  duplicates: number;
  /** Behind the watermark; of these, `dropped` were too old to be counted at all. */
  too_late: number;
  dropped: number;
  /** So far in the future that their seconds have no room. */
  beyond: number;
}

const MICROS = 1_000_000;
const NO_SECOND = Number.NaN;
/** Seconds of an instrument that are found without a look-up: of neighbours in time. A power of two. */
const LAST_SECONDS = 4;
// What is imported or exported is looked up at every use; a constant of the module costs nothing.
const { TIME, CAP, KEY_FROM, KEY_TO, INSTRUMENT_FROM, INSTRUMENT_TO } = TRADE;
const FIELDS = TRADE_FIELDS;
const { COUNTED, DUPLICATE, CORRECTS, TOO_LATE, BEYOND } = OUTCOME;

export class PartitionCandles {
  readonly options: CandleOptions;
  readonly buckets: SecondBuckets;
  readonly instruments: InstrumentSeconds[] = [];
  readonly keys: KeyMemory;
  readonly teller: WindowTeller;
  readonly counts: CandleCounts = { trades: 0, duplicates: 0, too_late: 0, dropped: 0, beyond: 0 };
  newestUs = Number.NEGATIVE_INFINITY;
  watermarkUs = Number.NEGATIVE_INFINITY;
  private readonly names = new ByteTable();
  /** Of each instrument some seconds of its last trades, and the places of their buckets; NaN where it is to be looked up. */
  private lastSeconds = new Float64Array(64 * LAST_SECONDS).fill(NO_SECOND);
  private lastPlaces = new Int32Array(64 * LAST_SECONDS);
  /** A trade that comes alone. */
  private readonly single = new TradeBatch();
  /** Seconds from here on are kept. */
  floorUs = Number.NEGATIVE_INFINITY;

  constructor(options: CandleOptions) {
    this.options = options;
    this.buckets = new SecondBuckets(options.scales);
    this.keys = new KeyMemory(options.keysMax);
    this.teller = new WindowTeller(options);
  }

  /** The number of an instrument by its name. */
  instrumentNamed(name: string): number {
    const view = viewOf(Buffer.from(name, 'utf8'));
    return this.instrumentOf(view, 0, view.byteLength);
  }

  /** The same by the UTF-8 bytes of the name. */
  instrumentOf(view: DataView, from: number, to: number): number {
    const place = this.names.place(view, from, to);
    if (place >= 0) return place;
    const number = -1 - place;
    this.instruments.push(new InstrumentSeconds(this.names.textOf(number), this.buckets));
    if ((number + 1) * LAST_SECONDS > this.lastSeconds.length) this.growLast();
    return number;
  }

  /**
   * One trade whose price and quantity are whole numbers at the source's scales, not negative and below `buckets.limit`. The key is the bytes
   * [from, to); from = to for none. `capUs`: the latest event time that moves the watermark.
   */
  add(
    instrument: number,
    price: number,
    quantity: number,
    timeUs: number,
    offset: number,
    key: DataView,
    from: number,
    to: number,
    capUs: number,
  ): Outcome {
    this.single.set(price, quantity, timeUs, offset, capUs);
    const { rows } = this.single;
    const second = Math.floor(timeUs / MICROS);
    const outcome = this.admit(rows, 0, second, key, from, to, from < to ? hashBytes(key, from, to) : 0);
    if (outcome === COUNTED || outcome === CORRECTS) this.buckets.add(this.touch(instrument, second), rows, 0);
    return outcome;
  }

  /** The same for trades that stand in a batch, in order. Faster: their places in memory are looked at before. */
  addAll(batch: TradeBatch): void {
    const { buckets } = this;
    const { view, rows, count, hash, instrument } = batch;
    this.lookAhead(batch);
    for (let index = 0, row = 0; index < count; index += 1, row += FIELDS) {
      const second = Math.floor((rows[row + TIME] as number) / MICROS);
      const from = (rows[row + KEY_FROM] as number) | 0;
      const outcome = this.admit(rows, row, second, view, from, (rows[row + KEY_TO] as number) | 0, hash[index] as number);
      if (outcome !== COUNTED && outcome !== CORRECTS) continue;
      buckets.add(this.touch(instrument[index] as number, second), rows, row);
    }
  }

  private lookAhead(batch: TradeBatch): void {
    const { view, rows, count, hash, instrument } = batch;
    let looked = 0;
    for (let index = 0, row = 0; index < count; index += 1, row += FIELDS) {
      const from = (rows[row + KEY_FROM] as number) | 0;
      const to = (rows[row + KEY_TO] as number) | 0;
      const own = from < to ? hashBytes(view, from, to) : 0;
      hash[index] = own;
      looked ^= this.keys.touch(own);
      const name = (rows[row + INSTRUMENT_FROM] as number) | 0;
      instrument[index] = this.instrumentOf(view, name, (rows[row + INSTRUMENT_TO] as number) | 0);
    }
    batch.looked = looked;
  }

  /** The same for values of any size and sign, at scale 18. */
  addWide(
    instrument: number,
    price: bigint,
    quantity: bigint,
    timeUs: number,
    offset: number,
    key: DataView,
    from: number,
    to: number,
    capUs: number,
  ): Outcome {
    this.single.set(0, 0, timeUs, offset, capUs);
    const second = Math.floor(timeUs / MICROS);
    const outcome = this.admit(this.single.rows, 0, second, key, from, to, from < to ? hashBytes(key, from, to) : 0);
    if (outcome === COUNTED || outcome === CORRECTS) {
      this.buckets.addWide(this.touch(instrument, second), price, quantity, timeUs, offset);
    }
    return outcome;
  }

  /**
   * What is to be told since the last call: windows that closed, and corrections. With `isProvisional` windows that still form besides, as
   * they are now. Forgets what is older than the floor.
   */
  drain(isProvisional = false): Candle[] {
    const told = this.teller.tell(this.instruments, this.watermarkUs, isProvisional);
    this.forget();
    return told;
  }

  /** After a restart: the clock of the partition as it was. */
  restoreClock(newestUs: number, watermarkUs: number, floorUs: number, keyFloorSecond: number): void {
    this.newestUs = newestUs;
    this.watermarkUs = watermarkUs;
    this.floorUs = floorUs;
    this.keys.floorSecond = Math.max(floorUs / MICROS, keyFloorSecond);
  }

  private admit(rows: Float64Array, row: number, second: number, key: DataView, from: number, to: number, hash: number): Outcome {
    const timeUs = rows[row + TIME] as number;
    const { counts } = this;
    if (timeUs < this.floorUs || second < this.keys.floorSecond) {
      counts.too_late += 1;
      counts.dropped += 1;
      return TOO_LATE;
    }
    const capUs = rows[row + CAP] as number;
    if (timeUs > capUs && this.buckets.size >= this.options.secondsMax) {
      counts.beyond += 1;
      return BEYOND;
    }
    if (from < to && !this.keys.add(key, from, to, second, hash)) {
      counts.duplicates += 1;
      return DUPLICATE;
    }
    counts.trades += 1;
    if (timeUs < this.watermarkUs) {
      counts.too_late += 1;
      return CORRECTS;
    }
    if (timeUs <= this.newestUs) return COUNTED;
    const newestUs = timeUs < capUs ? timeUs : capUs;
    if (newestUs > this.newestUs) {
      this.newestUs = newestUs;
      this.watermarkUs = newestUs - this.options.allowedLatenessUs;
    }
    return COUNTED;
  }

  /** The bucket of the second, noted as changed. */
  private touch(instrument: number, second: number): number {
    const at = instrument * LAST_SECONDS + (second & (LAST_SECONDS - 1));
    let place = this.lastPlaces[at] as number;
    if (this.lastSeconds[at] !== second) {
      place = (this.instruments[instrument] as InstrumentSeconds).placeOf(second);
      this.lastSeconds[at] = second;
      this.lastPlaces[at] = place;
    }
    this.teller.changed(instrument, second, place);
    return place;
  }

  private forget(): void {
    const unit = LONGEST_WINDOW_SECONDS * MICROS;
    const floor = Math.floor((this.watermarkUs - this.options.correctionsUs) / unit) * unit;
    if (floor > this.floorUs) {
      this.floorUs = floor;
      for (const instrument of this.instruments) instrument.forget(floor / MICROS);
      this.lastSeconds.fill(NO_SECOND);
    }
    this.keys.forget(this.floorUs / MICROS, Math.floor(this.watermarkUs / MICROS));
  }

  private growLast(): void {
    const seconds = new Float64Array(this.lastSeconds.length * 2).fill(NO_SECOND);
    seconds.set(this.lastSeconds);
    const places = new Int32Array(seconds.length);
    places.set(this.lastPlaces);
    this.lastSeconds = seconds;
    this.lastPlaces = places;
  }
}

export function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

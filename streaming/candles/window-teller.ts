/** Which windows are to be told of: those that changed and are closed, and the gaps between them. Each gets the next revision. */
import { candleValues, gapValues } from './bucket-values.ts';
import { WINDOW_SECONDS, type Candle, type CandleValues, type WindowSeconds } from './candle.ts';
import { GAP_BARS_MAX, type CandleOptions } from './candle-options.ts';
import type { InstrumentSeconds } from './instrument-seconds.ts';

const MICROS = 1_000_000;

/** start of a window -> numbers of the instruments that changed in it. */
export type PendingWindows = Map<number, Set<number>>;

export class WindowTeller {
  readonly pending: Readonly<Record<WindowSeconds, PendingWindows>> = { 1: new Map(), 10: new Map(), 60: new Map() };
  /** Up to this second gaps were filled. */
  filledTo = Number.NEGATIVE_INFINITY;
  private readonly options: CandleOptions;
  /** By the place of a bucket: it changed since the last look. */
  private isChanged = new Uint8Array(1024);
  private changedInstruments = new Int32Array(1024);
  private changedSeconds = new Float64Array(1024);
  private changedPlaces = new Int32Array(1024);
  private changes = 0;

  constructor(options: CandleOptions) {
    this.options = options;
  }

  /** A trade came into the bucket at `place`. */
  changed(instrument: number, second: number, place: number): void {
    if (this.isChanged[place] === 1) return;
    if (place >= this.isChanged.length) this.growPlaces(place);
    this.isChanged[place] = 1;
    if (this.changes === this.changedSeconds.length) this.growChanges();
    this.changedInstruments[this.changes] = instrument;
    this.changedSeconds[this.changes] = second;
    this.changedPlaces[this.changes] = place;
    this.changes += 1;
  }

  tell(instruments: readonly InstrumentSeconds[], watermarkUs: number, isProvisional: boolean): Candle[] {
    this.takeChanges();
    const closedTo = Math.floor(watermarkUs / MICROS);
    const told: Candle[] = [];
    for (const size of WINDOW_SECONDS) {
      for (const [start, numbers] of this.pending[size]) {
        const isFinal = start + size <= closedTo;
        if (!isFinal && !isProvisional) continue;
        for (const number of numbers) this.tellWindow(instruments[number] as InstrumentSeconds, size, start, isFinal, told);
        if (isFinal) this.pending[size].delete(start);
      }
    }
    if (this.options.gapBars) this.fillGaps(instruments, closedTo, told);
    return told;
  }

  /** Moves what changed into the windows that it is in. */
  takeChanges(): void {
    for (let change = 0; change < this.changes; change += 1) {
      const second = this.changedSeconds[change] as number;
      const instrument = this.changedInstruments[change] as number;
      this.isChanged[this.changedPlaces[change] as number] = 0;
      for (const size of WINDOW_SECONDS) {
        const start = second - (((second % size) + size) % size);
        const numbers = this.pending[size].get(start);
        if (numbers === undefined) this.pending[size].set(start, new Set([instrument]));
        else numbers.add(instrument);
      }
    }
    this.changes = 0;
  }

  private tellWindow(instrument: InstrumentSeconds, size: WindowSeconds, start: number, isFinal: boolean, told: Candle[]): void {
    const values = instrument.window(start, size);
    const before = instrument.told[size].get(start);
    if (values === null) return;
    const candle = candleValues(values);
    // Every trade that counts changes the number of trades.
    if (before?.trades === candle.trade_count && before.isFinal === isFinal) return;
    this.push(instrument, size, start, candle, null, isFinal, before?.revision ?? 0, told);
    if (this.options.gapBars) this.fillBehind(instrument, size, start, candle.close, told);
  }

  private push(
    instrument: InstrumentSeconds,
    size: WindowSeconds,
    start: number,
    values: CandleValues,
    gapClose: bigint | null,
    isFinal: boolean,
    revisionBefore: number,
    told: Candle[],
  ): void {
    const revision = revisionBefore + 1;
    instrument.told[size].set(start, { revision, isFinal, trades: values.trade_count, gapClose });
    told.push({
      instrument_id: instrument.name,
      window_seconds: size,
      window_start: start,
      ...values,
      is_gap: gapClose !== null,
      revision,
      is_final: isFinal,
    });
  }

  /** A correction may change the close that the gaps behind its window repeat. */
  private fillBehind(instrument: InstrumentSeconds, size: WindowSeconds, start: number, close: bigint, told: Candle[]): void {
    for (let gap = start + size, count = 1; gap + size <= this.filledTo && count <= GAP_BARS_MAX; gap += size, count += 1) {
      if (instrument.hasTrades(gap, size)) return;
      this.tellGap(instrument, size, gap, close, told);
    }
  }

  /** Windows that closed since the last time without a trade. */
  private fillGaps(instruments: readonly InstrumentSeconds[], closedTo: number, told: Candle[]): void {
    if (!(closedTo > this.filledTo)) return;
    for (const instrument of instruments) {
      for (const size of WINDOW_SECONDS) this.fillOne(instrument, size, closedTo, told);
    }
    this.filledTo = closedTo;
  }

  private fillOne(instrument: InstrumentSeconds, size: WindowSeconds, closedTo: number, told: Candle[]): void {
    const end = Math.floor(closedTo / size) * size;
    const from = Math.floor(Math.max(this.filledTo, end - GAP_BARS_MAX * size) / size) * size;
    let last = instrument.lastBefore(from);
    for (let start = from; start < end; start += size) {
      if (instrument.hasTrades(start, size)) {
        last = instrument.lastBefore(start + size);
        continue;
      }
      if (last === null || (start - last.second) / size > GAP_BARS_MAX) continue;
      this.tellGap(instrument, size, start, last.close, told);
    }
  }

  private tellGap(instrument: InstrumentSeconds, size: WindowSeconds, start: number, close: bigint, told: Candle[]): void {
    const before = instrument.told[size].get(start);
    if (before?.gapClose === close) return;
    this.push(instrument, size, start, gapValues(close), close, true, before?.revision ?? 0, told);
  }

  private growPlaces(place: number): void {
    const grown = new Uint8Array(Math.max(this.isChanged.length * 2, place + 1));
    grown.set(this.isChanged);
    this.isChanged = grown;
  }

  private growChanges(): void {
    const room = this.changedSeconds.length * 2;
    const instruments = new Int32Array(room);
    const seconds = new Float64Array(room);
    const places = new Int32Array(room);
    instruments.set(this.changedInstruments);
    seconds.set(this.changedSeconds);
    places.set(this.changedPlaces);
    this.changedInstruments = instruments;
    this.changedSeconds = seconds;
    this.changedPlaces = places;
  }
}

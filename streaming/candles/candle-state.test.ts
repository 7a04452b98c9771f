import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { KEYS_MAX, SECONDS_MAX, type CandleOptions } from './candle-options.ts';
import { candlesOf, decodeSegment, decodeState, encodeSegment, encodeState, stateOf } from './candle-state.ts';
import type { KeySegment } from './key-segment.ts';
import { PartitionCandles, viewOf } from './partition-candles.ts';
import { arrivedTrades, randomNumbers, type ArrivedTrade } from './test-support/random-trades.ts';

const OPTIONS: CandleOptions = {
  scales: { price: 9, quantity: 9 },
  allowedLatenessUs: 5_000_000,
  correctionsUs: 0,
  gapBars: true,
  keysMax: KEYS_MAX,
  secondsMax: SECONDS_MAX,
};
const UNIT = 10n ** 9n;

function give(candles: PartitionCandles, { instrument, price, quantity, timeUs, offset, key }: ArrivedTrade): void {
  const view = viewOf(Buffer.from(key));
  const number = candles.instrumentNamed(instrument);
  candles.add(number, Number(price / UNIT), Number(quantity / UNIT), timeUs, offset, view, 0, view.byteLength, Infinity);
}

describe('a state that is kept and read again', () => {
  it('goes on as if nothing had happened, wherever it was cut', async () => {
    for (let seed = 1; seed <= 8; seed += 1) {
      const mix = { trades: 400, instruments: 3, seconds: 200, disorderSeconds: 25, scale: 9, startSecond: 1_700_000_040 };
      const trades = arrivedTrades(seed, mix);
      const random = randomNumbers(seed);
      const steady = new PartitionCandles(OPTIONS);
      let restarted = new PartitionCandles(OPTIONS);
      const segments: KeySegment[] = [];
      for (const trade of trades) {
        give(steady, trade);
        give(restarted, trade);
        if (random() > 0.07) continue;
        if (!isDeepStrictEqual(restarted.drain(), steady.drain())) throw new Error(`seed ${seed}: other candles after a restart`);
        segments.push(await decodeSegment(await encodeSegment(restarted.keys.take('new')), 'keys'));
        if (random() > 0.3) continue;
        const bytes = await encodeState(stateOf(restarted, { refused: 1, other: 2, segments: [], outbox: [] }));
        restarted = candlesOf(await decodeState(bytes, 'state'), OPTIONS, segments);
      }
      expect(restarted.drain(true)).toEqual(steady.drain(true));
      expect(restarted.counts).toEqual(steady.counts);
      expect(steady.counts.dropped).toBeGreaterThan(0);
    }
  });

  it('is refused where it is something else', async () => {
    await expect(decodeState(Buffer.from('no state'), 'x')).rejects.toMatchObject({ code: 'STREAM_STATE' });
  });
});

/** Seeded trades as they arrive: shuffled, some late, some twice. The same seed, the same trades. */
export interface ArrivedTrade {
  readonly offset: number;
  readonly key: string;
  readonly instrument: string;
  /** At scale 18. */
  readonly price: bigint;
  readonly quantity: bigint;
  readonly timeUs: number;
}

export interface TradeMix {
  readonly trades: number;
  readonly instruments: number;
  /** Event times are spread over so many seconds. */
  readonly seconds: number;
  /** How far from its place in event time a trade may arrive, in seconds. */
  readonly disorderSeconds: number;
  /** Digits behind the point of prices and quantities. */
  readonly scale: number;
  readonly startSecond: number;
}

const UNIT = 10n ** 18n;

/** Mulberry32: numbers in [0, 1). */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function arrivedTrades(seed: number, mix: TradeMix): readonly ArrivedTrade[] {
  const random = randomNumbers(seed);
  const whole = (below: number): number => Math.floor(random() * below);
  const digits = (upTo: number): bigint => {
    const scale = whole(mix.scale + 1);
    return (BigInt(whole(upTo)) * UNIT) / 1n + (BigInt(whole(10 ** Math.min(scale, 9))) * UNIT) / 10n ** BigInt(Math.min(scale, 9));
  };
  const made = Array.from({ length: mix.trades }, (_, index) => {
    // Tenths of a second now and then, so that several trades share a time.
    const timeUs = mix.startSecond * 1e6 + (random() < 0.5 ? whole(mix.seconds * 10) * 100_000 : whole(mix.seconds * 1e6));
    const price = digits(2000) + (random() < 0.05 ? 0n : UNIT / 4n);
    return { key: `T-${index}`, instrument: `I${whole(mix.instruments)}`, price, quantity: random() < 0.03 ? 0n : digits(500), timeUs };
  });
  const doubled = made.flatMap((trade) => {
    if (random() >= 0.1) return [trade];
    // The same key again; now and then with other values, which must not count if they come second.
    return [trade, random() < 0.5 ? trade : { ...trade, price: trade.price + UNIT }];
  });
  return doubled
    .map((trade) => ({ trade, arrival: trade.timeUs + (random() - 0.5) * 2e6 * mix.disorderSeconds }))
    .sort((a, b) => a.arrival - b.arrival)
    .map(({ trade }, offset) => ({ ...trade, offset: offset * 3 }));
}

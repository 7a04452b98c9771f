/** What is traded in the simulated exchange. Prices are whole ticks and sizes whole lots, so that both are exact decimals. */

export interface Instrument {
  readonly name: string;
  /** A price is ticks x tickUnits / 10^priceScale. */
  readonly tickUnits: number;
  readonly priceScale: number;
  /** A quantity is lots x lotUnits / 10^quantityScale. */
  readonly lotUnits: number;
  readonly quantityScale: number;
  /** Where the price begins, and what it is drawn back to over days. */
  readonly startTicks: number;
  /** Usual deviation of one step, in millionths of the price. */
  readonly volatilityPpm: number;
  /** How often it trades in comparison with the others. */
  readonly weight: number;
}

const KNOWN: readonly Instrument[] = [
  instrument('BTC-USD', [1, 1], [1, 5], 9_500_000, 45, 30),
  instrument('ETH-USD', [1, 2], [1, 4], 341_250, 55, 24),
  instrument('SOL-USD', [1, 2], [1, 3], 18_840, 80, 14),
  instrument('EUR-USD', [5, 5], [1000, 0], 21_714, 12, 20),
  instrument('GBP-USD', [5, 5], [1000, 0], 25_306, 14, 12),
  instrument('USD-JPY', [5, 3], [1000, 0], 31_082, 14, 12),
  instrument('XAU-USD', [1, 2], [1, 2], 265_340, 20, 9),
  instrument('AAPL', [1, 2], [1, 0], 22_914, 30, 18),
  instrument('MSFT', [1, 2], [1, 0], 42_338, 28, 14),
  instrument('NESN', [2, 2], [1, 0], 4_211, 25, 6),
  instrument('SAP', [2, 2], [1, 0], 11_870, 30, 6),
  instrument('ESZ6', [25, 2], [1, 0], 24_120, 22, 16),
];

export const INSTRUMENTS_MAX = 10_000;

/** The first `count` instruments: a dozen that have names, then as many made-up ones as wanted. */
export function instruments(count: number): readonly Instrument[] {
  return Array.from({ length: count }, (_, index) => KNOWN[index] ?? madeUp(index));
}

function madeUp(index: number): Instrument {
  const name = `SYM${String(index + 1).padStart(5, '0')}`;
  return instrument(name, [1, 2], [1, 0], 1000 + ((index * 7919) % 49_000), 20 + ((index * 31) % 40), 1 + ((index * 13) % 8));
}

function instrument(
  name: string,
  [tickUnits, priceScale]: readonly [number, number],
  [lotUnits, quantityScale]: readonly [number, number],
  startTicks: number,
  volatilityPpm: number,
  weight: number,
): Instrument {
  return { name, tickUnits, priceScale, lotUnits, quantityScale, startTicks, volatilityPpm, weight };
}

/** Candles as their definition says, in whole numbers: what the warehouse is compared with. Prices and quantities are in units of 10^-9. */

export interface TestTrade {
  readonly offset: number;
  readonly key: string;
  readonly price: bigint;
  readonly quantity: bigint;
  readonly micros: bigint;
}

const WIDTHS = { '1s': 1_000_000n, '10s': 10_000_000n, '1m': 60_000_000n } as const;
const UNIT = 10n ** 18n;

/** Lines as a query of curation.candles gives them, sorted. */
export function expectedCandles(trades: readonly TestTrade[]): readonly (readonly string[])[] {
  const firsts = new Map<string, TestTrade>();
  for (const trade of trades.toSorted((left, right) => left.offset - right.offset)) {
    if (!firsts.has(trade.key)) firsts.set(trade.key, trade);
  }
  const inOrder = [...firsts.values()].toSorted((left, right) => Number(left.micros - right.micros) || left.offset - right.offset);
  const lines = Object.entries(WIDTHS).flatMap(([size, width]) => {
    const windows = Map.groupBy(inOrder, ({ micros }) => micros - (micros % width));
    return [...windows].map(([start, own]) => [size, String(start), ...valuesOf(own), String(own.length)]);
  });
  return lines.toSorted((left, right) => (left.join() < right.join() ? -1 : 1));
}

function valuesOf(own: readonly TestTrade[]): readonly string[] {
  const prices = own.map(({ price }) => price);
  const most = prices.reduce((left, right) => (left > right ? left : right));
  const least = prices.reduce((left, right) => (left < right ? left : right));
  const volume = own.reduce((sum, { quantity }) => sum + quantity, 0n) * 10n ** 9n;
  const notional = own.reduce((sum, { price, quantity }) => sum + price * quantity, 0n);
  const amounts = [prices[0] ?? 0n, most, least, prices.at(-1) ?? 0n].map((price) => price * 10n ** 9n);
  return [...amounts, volume, notional, dividedAwayFromZero(notional * UNIT, volume)].map(amountText);
}

function dividedAwayFromZero(above: bigint, below: bigint): bigint {
  const sign = above < 0n !== below < 0n ? -1n : 1n;
  const [left, right] = [above < 0n ? -above : above, below < 0n ? -below : below];
  return sign * ((2n * left + right) / (2n * right));
}

function amountText(units: bigint): string {
  const digits = (units < 0n ? -units : units).toString().padStart(19, '0');
  return `${units < 0n ? '-' : ''}${digits.slice(0, -18)}.${digits.slice(-18)}`;
}

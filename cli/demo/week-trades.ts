/** Every trade of the demo week, by source system and day, before it is written into files. */
import type { Random } from '../../core/sample-data/random.ts';
import { EQUITIES, LATE_INSTRUMENT } from './bank/instruments.ts';
import { LATE_COUNTERPARTY, LATE_TRADER, UNKNOWN_COUNTERPARTY } from './bank/parties.ts';
import { tradesOfDay, type Trade } from './bank/trade.ts';
import type { BlotterTrade } from './files/blotter.ts';

export const WEEK_DAYS = {
  monday: '2023-01-30',
  tuesday: '2023-01-31',
  wednesday: '2023-02-01',
  thursday: '2023-02-02',
  friday: '2023-02-03',
} as const;

export type WeekDay = keyof typeof WEEK_DAYS;
export const DAY_NAMES = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'] as const satisfies readonly WeekDay[];

export interface WeekTrades {
  readonly murex: Readonly<Record<WeekDay, readonly Trade[]>>;
  readonly venue: Readonly<Record<WeekDay, readonly Trade[]>>;
  readonly blotter: Readonly<Record<WeekDay, readonly BlotterTrade[]>>;
  /** What the venue sends again on Thursday for Wednesday: one price corrected, two fills taken out. */
  readonly venueWednesdayAgain: readonly Trade[];
}

const MUREX_FIRST = 100_001;
const VENUE_FIRST = 10_000_001;
const BLOTTER_FIRST = 70_001;
const MUREX_A_DAY = 40;
const VENUE_A_DAY = 90;
const BLOTTER_A_DAY = 30;

export function weekTrades(random: Random): WeekTrades {
  const murex = byDay((day, index) => tradesOfDay(random, day, MUREX_FIRST + index * MUREX_A_DAY, MUREX_A_DAY));
  const venue = byDay((day, index) => fillsOfDay(random, day, VENUE_FIRST + index * VENUE_A_DAY));
  const blotter = byDay((day, index) => tradesOfDay(random, day, BLOTTER_FIRST + index * BLOTTER_A_DAY, BLOTTER_A_DAY));
  return {
    murex: {
      ...murex,
      // A new client and a new trader: known to the trading system before the reference data has them.
      tuesday: replaced(replaced(murex.tuesday, 4, { counterparty: LATE_COUNTERPARTY }), 9, {
        trader: LATE_TRADER.id,
        instrument: EQUITIES[0] ?? LATE_INSTRUMENT,
        book: 'EQ_CASH',
      }),
      wednesday: [...traded(murex.wednesday), ...corrections(murex.monday)],
      friday: replaced(murex.friday, 6, { counterparty: UNKNOWN_COUNTERPARTY }),
    },
    venue,
    venueWednesdayAgain: again(venue.wednesday),
    blotter: blotterDays(blotter),
  };
}

/** Wednesday's own trades, one of them in a share that the golden source lists on Thursday only, in a book as new. */
function traded(trades: readonly Trade[]): readonly Trade[] {
  return replaced(trades, 11, { instrument: LATE_INSTRUMENT, price: LATE_INSTRUMENT.price, trader: 'T1002', book: 'EQ_BLOCK' });
}

/** What the desk corrects on Wednesday of Monday's trades: one price a fifth of a per cent higher, one cancellation. */
function corrections(monday: readonly Trade[]): readonly Trade[] {
  const [amended, cancelled] = [monday[2], monday[6]];
  if (amended === undefined || cancelled === undefined) return [];
  return [
    { ...amended, version: 2, status: 'AMENDED', price: amended.price + Math.round(amended.price / 500) },
    { ...cancelled, version: 2, status: 'CANCELLED' },
  ];
}

function blotterDays(days: Readonly<Record<WeekDay, readonly Trade[]>>): Readonly<Record<WeekDay, readonly BlotterTrade[]>> {
  const tuesday: readonly BlotterTrade[] = days.tuesday;
  const first = tuesday[0];
  return {
    ...days,
    monday: replaced<BlotterTrade>(days.monday, 5, { nameOnly: 'ELBE  ASSET MANAGEMENT', comment: 'client asked to stay anonymous' }),
    tuesday: replaced(tuesday, 3, { counterparty: LATE_COUNTERPARTY }),
    thursday:
      first === undefined ? days.thursday : [...days.thursday, { ...first, version: 2, status: 'AMENDED', quantity: first.quantity * 2 }],
  };
}

function again(trades: readonly Trade[]): readonly Trade[] {
  const kept = trades.filter((_, index) => index !== 20 && index !== 21);
  const corrected = kept[10];
  return corrected === undefined ? kept : replaced(kept, 10, { price: corrected.price + 100 });
}

function fillsOfDay(random: Random, day: string, firstNumber: number): readonly Trade[] {
  const listed = EQUITIES.filter((equity) => equity.mic === 'XETR');
  return tradesOfDay(random, day, firstNumber, VENUE_A_DAY).map((trade) => {
    const instrument = random.pick(listed);
    // A fill is a part of an order, at a price close to the last one.
    const price = instrument.price + random.integer(-60, 60) * 100;
    const trader = random.pick(['T1001', 'T1002', 'T1003']);
    return { ...trade, instrument, price, quantity: random.integer(1, 40) * 10, trader, book: random.pick(['EQ_CASH', 'EQ_CLIENT']) };
  });
}

function byDay<T>(make: (day: string, index: number) => T): Readonly<Record<WeekDay, T>> {
  const [monday, tuesday, wednesday, thursday, friday] = DAY_NAMES.map((name, index) => make(WEEK_DAYS[name], index)) as [T, T, T, T, T];
  return { monday, tuesday, wednesday, thursday, friday };
}

function replaced<T extends object>(list: readonly T[], index: number, change: Partial<T>): readonly T[] {
  return list.map((element, position) => (position === index ? { ...element, ...change } : element));
}

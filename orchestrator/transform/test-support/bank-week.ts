/** Deliveries of a small bank in which everything happens that the warehouse has to get right, run after run. */
import { canonicalSpec } from './canonical-spec.ts';
import { deliveryLoadId, type Delivery } from './delivered-root.ts';

const murex = canonicalSpec({ name: 'murex', entity: 'trades', sourceSystem: 'MUREX' });
const blotter = canonicalSpec({
  name: 'blotter',
  entity: 'trades',
  strategy: 'latest_arrival',
  columns: ['source_trade_id', 'trade_time', 'trade_date', 'side', 'quantity', 'price', 'trader_id', 'counterparty_lei', 'isin', 'status'],
});
const first = canonicalSpec({
  name: 'first_feed',
  entity: 'trades',
  strategy: 'first_arrival',
  resupply: 'append',
  columns: ['source_trade_id', 'trade_time', 'trade_date', 'side', 'quantity', 'price', 'book_id', 'instrument_id', 'status'],
});
const fills = canonicalSpec({ name: 'fills', entity: 'executions' });
const orders = canonicalSpec({ name: 'orders_feed', entity: 'orders' });
const traders = canonicalSpec({ name: 'traders', entity: 'traders', delivery: 'full', timezone: 'Europe/London' });
const counterparties = canonicalSpec({ name: 'counterparties', entity: 'counterparties' });
const books = canonicalSpec({ name: 'books', entity: 'books', delivery: 'full' });
const instruments = canonicalSpec({ name: 'instruments', entity: 'instruments' });

export const BANK_SPECS = [murex, blotter, first, fills, orders, traders, counterparties, books, instruments];

interface Trade {
  readonly [column: string]: string;
}

function trade(id: string, date: string, more: Trade = {}): Trade {
  return {
    source_trade_id: id,
    trade_time: `${date}T10:00:00.000001Z`,
    trade_date: date,
    side: 'BUY',
    quantity: '100.5',
    price: '3.25',
    status: 'NEW',
    ...more,
  };
}

function murexTrade(id: string, date: string, version: string, more: Trade = {}): Trade {
  return trade(id, date, { version, trader_id: 'T1', counterparty_name: 'Acme Trading Ltd.', instrument_id: 'I1', book_id: 'B1', ...more });
}

function order(id: string, date: string, version: string): Trade {
  return {
    source_order_id: id,
    order_time: `${date}T09:00:00Z`,
    order_date: date,
    side: 'SELL',
    quantity: '5',
    version,
    status: 'NEW',
    instrument_id: 'I1',
  };
}

export interface BankRun {
  readonly now: string;
  readonly deliveries: readonly Delivery[];
}

function delivery(spec: Delivery['spec'], date: string, rows: readonly Trade[], more: Partial<Delivery> = {}): Delivery {
  return { spec, file: `${spec.name}/${date}.csv`, business_date: date, rows, ...more };
}

/** Version 2 of a delivery that came before. */
function resupply(before: Delivery, rows: readonly Trade[]): Delivery {
  const version = (before.version ?? 1) + 1;
  const replaces = before.spec.processing.resupply === 'replace';
  return { ...before, rows, version, supersedes: replaces ? [...(before.supersedes ?? []), deliveryLoadId(before)] : [] };
}

const monday = delivery(murex, '2023-01-30', [
  murexTrade('M1', '2023-01-30', '1'),
  murexTrade('M2', '2023-01-30', '1', { trader_id: 'T2', counterparty_id: 'C9', counterparty_lei: 'LEI2' }),
  murexTrade('M3', '2022-11-02', '1', { trader_id: 'T2', counterparty_name: 'NOBODY' }),
  murexTrade('M4', '2023-01-30', '1', { counterparty_name: 'Twin Bank' }),
]);
const tuesday = delivery(murex, '2023-01-31', [
  murexTrade('M1', '2023-01-30', '2', { quantity: '99', status: 'AMENDED' }),
  murexTrade('M5', '2023-01-31', '1', { trader_id: 'T3' }),
  murexTrade('M2', '2022-01-30', '2', { trader_id: 'T2', status: 'AMENDED' }),
]);
const mondayTraders = delivery(traders, '2023-01-30', [
  { trader_id: 'T1', trader_name: 'Ann', desk_id: 'D1', compliance_officer: 'Zoe' },
  { trader_id: 'T2', trader_name: 'Bob', desk_id: 'D1' },
]);
const mondayBooks = delivery(books, '2023-01-30', [{ book_id: 'B1', book_name: 'One', legal_entity: 'Bank AG' }]);
const mondayBlotter = delivery(blotter, '2023-01-30', [
  trade('O1', '2023-01-30', { trader_id: 'T1', counterparty_lei: 'LEI1', isin: 'ISIN1' }),
  trade('O2', '2023-01-30', { trader_id: 'T1', isin: 'ISIN2' }),
]);
const mondayFirst = delivery(first, '2023-01-30', [trade('F1', '2023-01-30', { book_id: 'B1', instrument_id: 'I1' })]);

export const BANK_WEEK: readonly BankRun[] = [
  { now: '2023-01-30T18:00:00.000000Z', deliveries: [monday, mondayBlotter, mondayFirst] },
  {
    now: '2023-01-30T20:00:00.000000Z',
    deliveries: [
      mondayTraders,
      mondayBooks,
      delivery(counterparties, '2023-01-30', [
        { counterparty_id: 'C1', counterparty_name: 'ACME  TRADING LIMITED', counterparty_lei: 'LEI1', effective_date: '2020-01-01' },
        { counterparty_id: 'C2', counterparty_name: 'Twin Bank AG', counterparty_lei: 'LEI2' },
      ]),
      delivery(orders, '2023-01-30', [order('X1', '2023-01-30', '1'), order('X2', '2023-01-30', '1')]),
    ],
  },
  {
    now: '2023-01-31T18:00:00.000000Z',
    deliveries: [
      tuesday,
      delivery(counterparties, '2023-01-31', [
        { counterparty_id: 'C3', counterparty_name: 'TWIN BANK', counterparty_lei: 'LEI3' },
        { counterparty_id: 'C4', counterparty_name: 'Nobody', effective_date: '2022-06-01' },
      ]),
      delivery(instruments, '2023-01-31', [
        { instrument_id: 'I1', instrument_symbol: 'ONE', isin: 'ISIN1', asset_class: 'EQUITY' },
        { instrument_id: 'I3', isin: 'ISIN2', asset_class: 'BOND' },
        { instrument_id: 'I4', isin: 'ISIN2', asset_class: 'BOND' },
      ]),
      delivery(traders, '2023-01-31', [{ trader_id: 'T1', trader_name: 'Ann', desk_id: 'D2' }]),
    ],
  },
  {
    now: '2023-02-01T18:00:00.000000Z',
    deliveries: [
      resupply(monday, [
        murexTrade('M1', '2023-01-30', '1', { price: '4' }),
        murexTrade('M2', '2023-01-30', '1', { trader_id: 'T2', price: '-0.000000000000000001' }),
      ]),
      // Late: a version that was valid long before.
      delivery(traders, '2022-11-01', [{ trader_id: 'T2', trader_name: 'Robert', desk_id: 'D0' }]),
      delivery(blotter, '2023-02-01', [trade('O1', '2023-01-30', { quantity: '7', trader_id: 'T2', isin: 'ISIN1' })]),
      delivery(fills, '2023-02-01', [murexTrade('E1', '2023-02-01', '1'), murexTrade('E1', '2023-02-01', '2')]),
    ],
  },
  {
    now: '2023-02-02T18:00:00.000000Z',
    deliveries: [
      resupply(mondayTraders, [{ trader_id: 'T1', trader_name: 'Anna', desk_id: 'D1' }]),
      delivery(traders, '2023-02-02', [
        { trader_id: 'T1', trader_name: 'Ann', desk_id: 'D2' },
        { trader_id: 'T2', trader_name: 'Bob', desk_id: 'D1', effective_date: '2022-01-01' },
        { trader_id: 'T3', trader_name: 'Cid', desk_id: 'D3', effective_date: '2023-01-31' },
      ]),
      delivery(books, '2023-02-02', [{ book_id: 'B2', book_name: 'Two' }]),
      resupply(tuesday, [murexTrade('M5', '2023-01-31', '1', { trader_id: 'T3', status: 'CANCELLED' })]),
      resupply(mondayFirst, [trade('F1', '2023-01-30', { book_id: 'B2', instrument_id: 'I1' })]),
      delivery(instruments, '2023-02-02', [{ instrument_id: 'I4', isin: 'ISIN4', asset_class: 'BOND' }]),
    ],
  },
  {
    // A load that is replaced before the warehouse has seen it, and one that replaces a replacement.
    now: '2023-02-03T18:00:00.000000Z',
    deliveries: ((): Delivery[] => {
      const friday = delivery(murex, '2023-02-03', [murexTrade('M7', '2023-02-03', '1'), murexTrade('M8', '2023-02-03', '1')]);
      const again = resupply(resupply(monday, []), [murexTrade('M4', '2023-01-30', '1', { counterparty_name: 'Twin Bank' })]);
      const nothing = delivery(counterparties, '2023-02-03', []);
      return [friday, resupply(friday, [murexTrade('M7', '2023-02-03', '1', { side: 'SELL' })]), again, nothing];
    })(),
  },
];

/** Amendments that move the date of trades which the warehouse has had for a while: M7 by a day, M4 by a year. */
export const MOVED_TRADES: BankRun = {
  now: '2023-02-06T18:00:00.000000Z',
  deliveries: [
    delivery(murex, '2023-02-06', [
      murexTrade('M7', '2023-02-04', '2', { side: 'SELL', status: 'AMENDED' }),
      murexTrade('M4', '2022-01-30', '2', { counterparty_name: 'Twin Bank', status: 'AMENDED' }),
    ]),
  ],
};

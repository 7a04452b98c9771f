/** Day by day: what arrives before each cycle of the demo week. */
import { INSTRUMENTS, LATE_INSTRUMENT } from './bank/instruments.ts';
import { BOOKS, BOOKS_FROM_THURSDAY, COUNTERPARTIES, LATE_COUNTERPARTY, LATE_TRADER, TRADERS, type Trader } from './bank/parties.ts';
import { blotterDelivery, type BlotterDay } from './files/blotter.ts';
import { BLOTTER_FAULTS } from './files/blotter-faults.ts';
import type { Delivery } from './files/delivery.ts';
import { finding } from './files/document.ts';
import { executionDeliveries } from './files/executions.ts';
import { EXECUTION_FAULTS } from './files/executions-faults.ts';
import { murexDeliveries } from './files/murex.ts';
import { MUREX_FAULTS } from './files/murex-faults.ts';
import { marketCodesDelivery, publicTradesDelivery } from './files/real-files.ts';
import { booksDelivery, counterpartiesDelivery, instrumentsDelivery, tradersDelivery } from './files/reference.ts';
import { WEEK_DAYS, type WeekDay, type WeekTrades } from './week-trades.ts';
import type { DemoCycle } from './week.ts';

const MORNING = '06:30';
const EVENING = '18:30';
const NIGHT = '21:00';

function cycle(day: WeekDay, time: string, title: string, deliveries: readonly Delivery[]): DemoCycle {
  return { now: `${WEEK_DAYS[day]}T${time}:00.000000Z`, title, deliveries };
}

function blotter(day: Exclude<WeekDay, never>, trades: WeekTrades, story = ''): Delivery {
  const input: BlotterDay = { day: WEEK_DAYS[day], trades: trades.blotter[day], faults: BLOTTER_FAULTS[day], story };
  return blotterDelivery(input);
}

function murex(day: WeekDay, trades: WeekTrades, options: { story?: string; controlCountError?: number } = {}): readonly Delivery[] {
  return murexDeliveries({ day: WEEK_DAYS[day], trades: trades.murex[day], faults: MUREX_FAULTS[day], ...options });
}

function executions(day: keyof typeof EXECUTION_FAULTS, trades: WeekTrades): readonly [Delivery, Delivery] {
  return executionDeliveries({ day: WEEK_DAYS[day], trades: trades.venue[day], faults: EXECUTION_FAULTS[day] });
}

export function monday(trades: WeekTrades): readonly DemoCycle[] {
  const day = WEEK_DAYS.monday;
  return [
    cycle('monday', MORNING, 'reference data of the week', [
      tradersDelivery(day, TRADERS, []),
      counterpartiesDelivery(
        day,
        COUNTERPARTIES.map((party) => ({ party, from: '2020-01-01' })),
        'all counterparties once',
      ),
      booksDelivery(day, BOOKS),
      instrumentsDelivery(day, INSTRUMENTS, []),
      marketCodesDelivery(),
    ]),
    cycle('monday', EVENING, 'the first trades', [
      ...murex('monday', trades),
      ...executions('monday', trades),
      blotter('monday', trades, 'compressed; one counterparty by name only'),
    ]),
  ];
}

export function tuesday(trades: WeekTrades): readonly DemoCycle[] {
  const day = WEEK_DAYS.tuesday;
  const first = blotter('monday', trades);
  return [
    cycle('tuesday', MORNING, 'human resources sends no traders, today and for good', [instrumentsDelivery(day, INSTRUMENTS, [])]),
    cycle('tuesday', EVENING, 'a wrong control count, a file sent twice, names nobody knows yet', [
      ...murex('tuesday', trades, { story: 'its control file states 3 records too many', controlCountError: 3 }),
      ...executions('tuesday', trades),
      blotter('tuesday', trades, 'trades with a counterparty that is not onboarded yet'),
      { ...first, story: "Monday's blotter once more, byte for byte", truth: { kind: 'duplicate', source: 'oms_blotter' } },
    ]),
    cycle('tuesday', NIGHT, 'the control file is put right', murex('tuesday', trades, { story: 'sent again with the right control file' })),
  ];
}

export function wednesday(trades: WeekTrades): readonly DemoCycle[] {
  const day = WEEK_DAYS.wednesday;
  const upload = blotter('wednesday', trades);
  return [
    cycle('wednesday', MORNING, 'the missing reference data comes: flags heal', [
      tradersDelivery(
        day,
        tradersOfWednesday(),
        [
          {
            text: 'T1005,Matteo Bianchi,RATES,Peter Halvorsen',
            what: 'a trader listed twice',
            findings: [finding('DUPLICATE_KEY', 'trader_id')],
          },
        ],
        'a new trader; T1003 changes the desk',
      ),
      instrumentsDelivery(day, INSTRUMENTS, []),
      counterpartiesDelivery(
        day,
        [
          { party: LATE_COUNTERPARTY, from: WEEK_DAYS.tuesday },
          ...COUNTERPARTIES.filter((party) => party.id === 'CP103').map((party) => ({
            party: { ...party, name: 'Loire Gestion Europe S.A.' },
            from: day,
          })),
        ],
        'a counterparty that counts from Tuesday; CP103 has a new name',
      ),
    ]),
    cycle('wednesday', EVENING, 'an amendment, a cancellation, an upload that broke off', [
      ...murex('wednesday', trades, { story: "corrects two of Monday's trades" }),
      ...executions('wednesday', trades),
      {
        object: `${upload.object}.part`,
        bytes: upload.bytes.subarray(0, Math.floor(upload.bytes.length / 2)),
        story: 'an upload that broke off',
        truth: { kind: 'ignored', source: null },
      },
      {
        object: 'oms/readme_first.txt',
        bytes: Buffer.from('The new blotter format starts next month. Regards, order management\n'),
        story: 'no spec claims it',
        truth: { kind: 'unclaimed', source: null },
      },
    ]),
    cycle('wednesday', NIGHT, 'the blotter is late', []),
  ];
}

export function thursday(trades: WeekTrades): readonly DemoCycle[] {
  const day = WEEK_DAYS.thursday;
  const [fills, control] = executions('thursday', trades);
  const again = executionDeliveries({
    day: WEEK_DAYS.wednesday,
    trades: trades.venueWednesdayAgain,
    faults: [],
    story: "Wednesday's fills once more: one price corrected, two taken out, the bad rows mended",
  });
  return [
    cycle('thursday', MORNING, 'the late blotter, a new share, a new book', [
      blotter('wednesday', trades, 'a day late'),
      tradersDelivery(day, tradersOfWednesday(), []),
      instrumentsDelivery(
        day,
        [...INSTRUMENTS, LATE_INSTRUMENT],
        [
          {
            text: 'SHL;SHL;DE000SHL1007;Siemens Healthineers AG;EQUITY;EUR;XETR;0,01;ja;16.03.2018',
            what: 'a wrong check digit and a yes in German',
            findings: [finding('CHECK_DIGIT', 'isin'), finding('TYPE_MISMATCH', 'active')],
          },
        ],
        'RHM is new',
      ),
      booksDelivery(day, BOOKS_FROM_THURSDAY, 'government bonds move to Paris; EQ_BLOCK is new'),
    ]),
    cycle('thursday', EVENING, 'the public trades of a crypto exchange; a file without its control file', [
      ...murex('thursday', trades),
      { ...fills, story: 'has to wait for its control file' },
      blotter('thursday', trades, "amends one of Tuesday's trades"),
      publicTradesDelivery(),
    ]),
    cycle('thursday', NIGHT, 'the control file comes; Wednesday is sent again', [control, ...again]),
  ];
}

export function friday(trades: WeekTrades): readonly DemoCycle[] {
  const day = WEEK_DAYS.friday;
  return [
    cycle('friday', MORNING, 'a trader has left', [
      tradersDelivery(
        day,
        tradersOfWednesday().filter((trader) => trader.id !== 'T1006'),
        [],
        'T1006 is no longer listed',
      ),
      instrumentsDelivery(day, [...INSTRUMENTS, LATE_INSTRUMENT], []),
    ]),
    cycle('friday', EVENING, 'the venue sends nothing', [
      ...murex('friday', trades, { story: 'one counterparty that nobody will ever onboard' }),
      blotter('friday', trades),
    ]),
    cycle('friday', NIGHT, 'the end of the week', []),
  ];
}

function tradersOfWednesday(): readonly Trader[] {
  const moved: Pick<Trader, 'desk' | 'officer'> = { desk: 'RATES', officer: 'Peter Halvorsen' };
  return [...TRADERS.map((trader) => (trader.id === 'T1003' ? { ...trader, ...moved } : trader)), LATE_TRADER];
}

/** Trades for the chaos test with all that can come of them, and what the regulator has to hold in the end: judged by the regimes, in the order of versions. */
import { createHash } from 'node:crypto';
import { seededRandom, type Random } from '../../../core/sample-data/random.ts';
import { sampleEvent, sampleReference, type Texts } from '../../../reporter/regime/test-support/sample-report.ts';
import type { Regime } from '../../../reporter/regime/regime.ts';
import { transactionReference } from '../../../reporter/regime/trn.ts';
import type { TradeEvent } from '../../../reporter/event/trade-event.ts';

export const LATE_COUNTERPARTY = 'CP999';
export const UNKNOWN_ISIN = 'US0378331005';

export interface ChaosTrades {
  /** In the order in which they are sent; some come twice, out of order, or with another content under the same version. */
  readonly messages: readonly Buffer[];
  /** Different events among them. */
  readonly events: number;
  /** References that stand at the regulator in the end. */
  readonly standing: ReadonlySet<string>;
}

export function eventOfMessage(message: Uint8Array): TradeEvent {
  const contentSha256 = createHash('sha256').update(message).digest('hex');
  return { ...sampleEvent(JSON.parse(Buffer.from(message).toString('utf8')) as Texts), contentSha256 };
}

/** So far a message may be sent behind its place. */
const SHUFFLED_BY = 60;

export function chaosTrades(events: number, seed: number, regimes: readonly Regime[]): ChaosTrades {
  const random = seededRandom(seed);
  const messages: { readonly message: Buffer; readonly place: number }[] = [];
  const standing = new Set<string>();
  let made = 0;
  for (let number = 0; made < events; number += 1) {
    const versions = versionsOf(number, random).slice(0, events - made);
    for (const texts of versions) {
      const place = made + random.integer(0, SHUFFLED_BY - 1);
      messages.push({ message: Buffer.from(JSON.stringify(texts)), place });
      if (random.integer(0, 99) < 6)
        messages.push({ message: Buffer.from(JSON.stringify(texts)), place: place + random.integer(0, SHUFFLED_BY - 1) });
      if (random.integer(0, 999) < 5)
        messages.push({ message: Buffer.from(JSON.stringify({ ...texts, net_amount: '1' })), place: place + random.integer(0, 2) });
      made += 1;
    }
    for (const regime of regimes) for (const trn of standingOf(versions, regime)) standing.add(trn);
  }
  messages.sort((left, right) => left.place - right.place);
  return { messages: messages.map(({ message }) => message), events: made, standing };
}

function versionsOf(number: number, random: Random): readonly Texts[] {
  const first: Texts = {
    source_trade_id: `T-${number}`,
    venue: random.integer(0, 1) === 0 ? 'XOFF' : 'XETR',
    quantity: String(1 + random.integer(0, 4999)),
  };
  const amended: Texts = { ...first, version: '2', status: 'AMENDED', price: '102.5', venue: random.integer(0, 1) === 0 ? 'XOFF' : 'XETR' };
  const cancelled: Texts = { ...amended, version: '3', status: 'CANCELLED' };
  const kind = random.integer(0, 99);
  if (kind < 78) return [first];
  if (kind < 89) return [first, amended];
  if (kind < 94) return [first, amended, cancelled];
  if (kind < 95) return [cancelled];
  if (kind < 97) return [{ ...first, isin: UNKNOWN_ISIN }];
  if (kind < 98) return [{ ...first, trading_capacity: 'NONE' }];
  return [{ ...first, counterparty_id: LATE_COUNTERPARTY }];
}

/** At most one. */
function standingOf(versions: readonly Texts[], regime: Regime): readonly string[] {
  let standing: string | null = null;
  const reference = sampleReference();
  for (const texts of versions) {
    const event = sampleEvent(texts);
    const trn = transactionReference(regime.shortCode, event.tradeId, event.version);
    if (event.status === 'CANCELLED' || !regime.eligible(event, reference).eligible) standing = null;
    else if ('report' in regime.build({ event, reference, action: 'NEWT', trn })) standing = texts['isin'] === UNKNOWN_ISIN ? null : trn;
  }
  return standing === null ? [] : [standing];
}

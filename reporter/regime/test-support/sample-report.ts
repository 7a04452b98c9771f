/** An event that owes reports, with its reference data and the bank: good as it stands, changed by what a test gives. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createHash } from 'node:crypto';
import { canonicalJson } from '../../../core/events/canonical-json.ts';
import { readValue } from '../../../core/types/read-value.ts';
import type { Value } from '../../../core/types/column-type.ts';
import { CANONICAL_ENTITIES } from '../../../core/canonical/entities.ts';
import { REPORTING_COLUMNS } from '../../event/reporting-columns.ts';
import { eventId, type TradeEvent } from '../../event/trade-event.ts';
import type { ReferenceKind, ReferenceVersion, ReferenceView } from '../../reference/reference-view.ts';
import { requireRegimes, type LoadedRegime } from '../load-regimes.ts';
import type { ReportAction, ReportRequest } from '../regime.ts';
import type { ReportingEntity } from '../reporting-entity.ts';
import { transactionReference } from '../trn.ts';

/** Columns by name, as texts that their types read; null takes one away. */
export type Texts = Readonly<Record<string, string | null>>;

export const REGIMES_FOLDER = fileURLToPath(new URL('../../../regimes/', import.meta.url));
export const CALENDARS_FOLDER = fileURLToPath(new URL('../../../config/calendars/', import.meta.url));

export const SAMPLE_ENTITY: ReportingEntity = {
  lei: '529900MARKETSBANK087',
  submitting_lei: '529900SUBMITTER00039',
  investment_firm: true,
  country: 'DE',
  finra_mpid: 'MKTB',
};

const EVENT: Texts = {
  source_trade_id: 'T-1',
  trade_time: '2023-01-30T10:15:23.412907Z',
  trade_date: '2023-01-30',
  side: 'SELL',
  quantity: '1000',
  price: '101.35',
  currency: 'EUR',
  status: 'NEW',
  version: '1',
  trader_id: 'TR01',
  counterparty_id: 'CP101',
  instrument_id: 'SAP',
  book_id: 'BK1',
  venue: 'XOFF',
  trading_capacity: 'DEAL',
  investment_decision_id: 'DE19700131JOHN#SMITH',
  execution_id: 'ALGO7',
  execution_id_type: 'ALGO',
  short_selling: 'SELL',
};

const REFERENCE: Readonly<Record<ReferenceKind, Texts>> = {
  counterparty: {
    counterparty_id: 'CP101',
    counterparty_name: 'Elbe Asset Management GmbH',
    counterparty_lei: '529900ELBE7ASSET0138',
    country: 'DE',
  },
  trader: { trader_id: 'TR01', trader_name: 'John Smith', desk_id: 'D1' },
  instrument: {
    instrument_id: 'SAP',
    isin: 'DE0007164600',
    instrument_name: 'SAP SE',
    asset_class: 'EQUITY',
    currency: 'EUR',
    venue: 'XETR',
    is_active: 'true',
  },
  book: { book_id: 'BK1', book_name: 'Equities', legal_entity: 'Bank AG' },
};
const ENTITIES = { counterparty: 'counterparties', trader: 'traders', instrument: 'instruments', book: 'books' } as const;
const MD5_LENGTH = 32;

export function sampleEvent(texts: Texts = {}): TradeEvent {
  const all: Texts = { ...EVENT, ...texts };
  const row = REPORTING_COLUMNS.map(({ name, type }) => valueOf(name, type, all[name] ?? null));
  const status = all['status'] === 'AMENDED' || all['status'] === 'CANCELLED' ? all['status'] : 'NEW';
  const tradeId = createHash('md5')
    .update(`sample:${String(all['source_trade_id'])}`)
    .digest('hex');
  const version = BigInt(all['version'] ?? '1');
  const [time] = row.slice(REPORTING_COLUMNS.findIndex(({ name }) => name === 'trade_time'));
  return {
    eventId: eventId({ tradeId, version, status }),
    source: 'trade_events',
    specVersion: 'a'.repeat(MD5_LENGTH * 2),
    tradeId,
    sourceTradeId: String(all['source_trade_id']),
    version,
    status,
    tradeTimeUs: typeof time === 'bigint' ? time : 0n,
    row,
    contentSha256: 'b'.repeat(MD5_LENGTH * 2),
    receivedAt: '2023-01-30T10:15:24.000000Z',
  };
}

/** A kind that is null is one that the event does not name. */
export function sampleReference(changes: Readonly<Partial<Record<ReferenceKind, Texts | null>>> = {}): ReferenceView {
  const version = (kind: ReferenceKind): ReferenceVersion | null =>
    changes[kind] === null ? null : referenceVersion(kind, { ...REFERENCE[kind], ...changes[kind] });
  return { counterparty: version('counterparty'), trader: version('trader'), instrument: version('instrument'), book: version('book') };
}

function referenceVersion(kind: ReferenceKind, texts: Texts): ReferenceVersion {
  const { key, columns } = CANONICAL_ENTITIES[ENTITIES[kind]];
  const values = new Map(columns.map(({ name, type }) => [name, valueOf(name, type, texts[name] ?? null)]));
  const validFrom = '2020-01-01T00:00:00.000000Z';
  const keyText = String(texts[key ?? '']);
  const hash = createHash('sha256').update(canonicalJson({ kind, keyText, validFrom, texts })).digest('hex');
  return { kind, key: keyText, validFrom, values, hash };
}

export function sampleRequest(
  shortCode: string,
  event: TradeEvent,
  reference: ReferenceView,
  action: ReportAction = 'NEWT',
): ReportRequest {
  return { event, reference, action, trn: transactionReference(shortCode, event.tradeId, event.version) };
}

const loaded = new Map<string, Promise<readonly LoadedRegime[]>>();

export async function shippedRegime(name: string, entity: ReportingEntity = SAMPLE_ENTITY): Promise<LoadedRegime> {
  const key = JSON.stringify(entity);
  const regimes = loaded.get(key) ?? requireRegimes(REGIMES_FOLDER, { entity, calendars: CALENDARS_FOLDER });
  loaded.set(key, regimes);
  const found = (await regimes).find(({ regime }) => regime.name === name);
  if (found === undefined) throw new Error(`expected a regime ${name} in ${REGIMES_FOLDER}`);
  return found;
}

export function shippedText(name: string): string {
  return readFileSync(`${REGIMES_FOLDER}${name}.yaml`, 'utf8');
}

function valueOf(name: string, type: Parameters<typeof readValue>[0], text: string | null): Value {
  if (text === null) return null;
  const reading = readValue(type, text);
  if (!reading.ok) throw new Error(`expected a value of ${type.kind} for ${name}, found ${text}`);
  return reading.value;
}

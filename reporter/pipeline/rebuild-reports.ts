/** Makes the reports of a trade again from what was kept of them, and holds them to what was sent. Changes nothing. */
import { isMarketsError, MarketsError } from '../../core/errors/markets-error.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { contentHash } from '../event/content-hash.ts';
import type { EventReaders } from '../event/event-readers.ts';
import type { TradeEvent } from '../event/trade-event.ts';
import { receivedIn } from '../ledger/find-received.ts';
import { ledgerInstances } from '../../core/reports/read-ledger.ts';
import { createTradeSteps } from '../ledger/stored-trade-steps.ts';
import type { TradeStep } from '../ledger/trade-steps.ts';
import { readReference } from '../reference/kept-references.ts';
import type { ReferenceKind, ReferenceVersion, ReferenceView } from '../reference/reference-view.ts';
import { readRegime } from '../regime/kept-regimes.ts';
import { rebuildReport } from '../regime/rebuild-report.ts';
import { NOTHING_SEEN } from './make-step.ts';

export interface RebuiltStep {
  readonly step: TradeStep;
  /** null: it has no end yet. */
  readonly state: string | null;
  /** Whether the bytes that were made again are those that were sent. */
  readonly isSame: boolean;
  /** Why not. */
  readonly reason: string | null;
}

/** Steps that sent something, in their order. REPORT_NOT_FOUND where there are none. */
export async function rebuildReports(
  store: ObjectStore,
  readers: Pick<EventReaders, 'readReceived'>,
  tradeId: string,
  regime: string,
): Promise<readonly RebuiltStep[]> {
  const steps = (await createTradeSteps(store).read(tradeId, regime)).filter(({ step }) => step.payload !== '');
  if (steps.length === 0) throw notFound(tradeId, regime);
  const events = await eventsOf(
    store,
    readers,
    steps.map(({ step }) => step),
  );
  const rebuilt: RebuiltStep[] = [];
  for (const { step, end } of steps) {
    const reason = await differenceOf(store, step, events.get(step.content_sha256));
    rebuilt.push({ step, state: end?.state ?? null, isSame: reason === null, reason });
  }
  return rebuilt;
}

async function differenceOf(store: ObjectStore, step: TradeStep, event: TradeEvent | undefined): Promise<string | null> {
  if (event === undefined) return 'no ledger holds its event as the specs of today read it';
  try {
    const result = rebuildReport(step, event, await viewOf(store, step), await readRegime(store, step.regime_version));
    if (result.same) return null;
    return result.sha256 === null
      ? `findings: ${result.findings.map(({ code }) => code).join(', ')}`
      : `other bytes: sha256 ${result.sha256}`;
  } catch (error) {
    // One step that cannot be made again does not hide the others.
    if (isMarketsError(error)) return `${error.code}: ${error.message}`;
    throw error;
  }
}

async function viewOf(store: ObjectStore, { references }: TradeStep): Promise<ReferenceView> {
  const view: Record<ReferenceKind, ReferenceVersion | null> = { ...NOTHING_SEEN };
  for (const { hash } of references) {
    const version = await readReference(store, hash);
    view[version.kind] = version;
  }
  return view;
}

/** By the hash of their content: another message under the same version is not what was reported. */
async function eventsOf(
  store: ObjectStore,
  readers: Pick<EventReaders, 'readReceived'>,
  steps: readonly TradeStep[],
): Promise<ReadonlyMap<string, TradeEvent>> {
  const wanted = new Set(steps.map(({ event_id: id }) => id));
  const contents = new Set(steps.map(({ content_sha256: content }) => content));
  const events = new Map<string, TradeEvent>();
  for await (const instance of ledgerInstances(store)) {
    if (events.size === contents.size) break;
    for await (const { received, receivedAt } of receivedIn(store, instance, wanted)) {
      const event = readers.readReceived(received, receivedAt);
      if (event === null) continue;
      const content = contentHash(event);
      if (contents.has(content)) events.set(content, event);
    }
  }
  return events;
}

function notFound(tradeId: string, regime: string): MarketsError {
  return new MarketsError('REPORT_NOT_FOUND', 'Nothing was reported of this trade under this regime.', {
    expected: 'the trade_id of a reported trade, and the name of the regime',
    found: `${tradeId}, ${regime}`,
    next: '`markets reporter status` names the regimes; the trade_id is in curation.trade_versions.',
  });
}

/** Holds the steps of trades to their own hashes, to their order, and to what ledgers say was sent. */
import type { ObjectStore } from '../../core/ports/object-store.ts';
import type { Findings } from './finding.ts';
import { readStepName, stepEndName, stepName, TRADES, type StepObject } from '../../core/reports/object-names.ts';
import type { SentReports } from './sent-reports.ts';
import { readEnd, readStep } from './stored-trade-steps.ts';
import type { StepEnd, TradeStep } from './trade-steps.ts';
import { damageOf } from './verify-instance.ts';

interface TradeObjects {
  readonly tradeId: string;
  readonly regime: string;
  readonly claims: ReadonlySet<number>;
  readonly ends: ReadonlySet<number>;
}

/** Number of steps. What `sent` still tells afterwards has no step. */
export async function verifySteps(store: ObjectStore, sent: SentReports, findings: Findings): Promise<number> {
  let steps = 0;
  for await (const trade of tradesOf(store, findings)) {
    steps += trade.claims.size;
    await verifyTrade(store, trade, sent, findings);
  }
  for (const { reportId, step } of sent.left()) {
    findings.add(`${TRADES} ${reportId}`, `a step ${step}, which a ledger says was sent`, 'no such object');
  }
  return steps;
}

/** The listing is in order, so that the objects of one trade under one regime come together. */
async function* tradesOf(store: ObjectStore, findings: Findings): AsyncGenerator<TradeObjects> {
  let group: StepObject[] = [];
  for await (const { name } of store.list(TRADES)) {
    const object = readStepName(name);
    if (object === undefined) {
      findings.add(name, 'the name of a step or of its end', 'another name');
      continue;
    }
    const [first] = group;
    if (first !== undefined && (first.tradeId !== object.tradeId || first.regime !== object.regime)) {
      yield gathered(group, first);
      group = [];
    }
    group.push(object);
  }
  const [first] = group;
  if (first !== undefined) yield gathered(group, first);
}

function gathered(group: readonly StepObject[], { tradeId, regime }: StepObject): TradeObjects {
  const seqs = (isEnd: boolean): ReadonlySet<number> => new Set(group.filter((one) => one.isEnd === isEnd).map(({ seq }) => seq));
  return { tradeId, regime, claims: seqs(false), ends: seqs(true) };
}

async function verifyTrade(
  store: ObjectStore,
  { tradeId, regime, claims, ends }: TradeObjects,
  sent: SentReports,
  findings: Findings,
): Promise<void> {
  const last = Math.max(...claims, ...ends);
  for (let seq = 1; seq <= last; seq += 1) {
    const name = stepName(tradeId, regime, seq);
    if (!claims.has(seq)) {
      findings.add(name, `a step ${seq} of ${last}`, 'no such object');
      continue;
    }
    if (!ends.has(seq) && seq < last)
      findings.add(stepEndName(tradeId, regime, seq), 'an end, for a later step was claimed', 'no such object');
    const step = await ifGood(async () => await readStep(store, name), name, findings);
    const endName = stepEndName(tradeId, regime, seq);
    const end = ends.has(seq) ? await ifGood(async () => await readEnd(store, endName), endName, findings) : null;
    if (step !== null) compareSent(name, step, end, sent, findings);
  }
}

function compareSent(name: string, step: TradeStep, end: StepEnd | null, sent: SentReports, findings: Findings): void {
  const { sha256s, isAcknowledged } = sent.taken(step.report_id, step.seq, step.action);
  for (const sha256 of sha256s) {
    if (sha256 !== step.payload_sha256) findings.add(name, `the report that was sent, ${sha256}`, step.payload_sha256);
  }
  if (isAcknowledged && end?.state !== 'accepted') findings.add(name, 'an accepted end, as a ledger says', end?.state ?? 'no good end');
}

async function ifGood<T>(read: () => Promise<T>, name: string, findings: Findings): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    findings.add(name, 'an object as it was written', damageOf(error));
    return null;
  }
}

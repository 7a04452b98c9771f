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

/** Trades whose objects are read while those before them are held to the ledgers: each read of a bucket takes tens of milliseconds. */
const TRADES_AHEAD = 64;

/** Number of steps. What `sent` still tells afterwards has no step. */
export async function verifySteps(store: ObjectStore, sent: SentReports, findings: Findings): Promise<number> {
  let steps = 0;
  const ahead: Promise<ReadTrade>[] = [];
  const verifyFirst = async (): Promise<void> => {
    const trade = await ahead.shift();
    if (trade !== undefined) verifyTrade(trade, sent, findings);
  };
  for await (const trade of tradesOf(store, findings)) {
    steps += trade.claims.size;
    const reading = readTrade(store, trade);
    // Its error is thrown when it is its turn.
    reading.catch(() => undefined);
    ahead.push(reading);
    if (ahead.length >= TRADES_AHEAD) await verifyFirst();
  }
  while (ahead.length > 0) await verifyFirst();
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

/** An object, or what is wrong with it; null where there is none. */
type Reading<T> = { readonly value: T } | { readonly damage: string } | null;

interface ReadTrade extends TradeObjects {
  /** From step 1 to the last one that has an object. */
  readonly steps: readonly { readonly step: Reading<TradeStep>; readonly end: Reading<StepEnd> }[];
}

async function readTrade(store: ObjectStore, trade: TradeObjects): Promise<ReadTrade> {
  const { tradeId, regime, claims, ends } = trade;
  const steps: { readonly step: Reading<TradeStep>; readonly end: Reading<StepEnd> }[] = [];
  for (let seq = 1; seq <= Math.max(...claims, ...ends); seq += 1) {
    const hasEnd = claims.has(seq) && ends.has(seq);
    steps.push({
      step: claims.has(seq) ? await readingOf(async () => await readStep(store, stepName(tradeId, regime, seq))) : null,
      end: hasEnd ? await readingOf(async () => await readEnd(store, stepEndName(tradeId, regime, seq))) : null,
    });
  }
  return { ...trade, steps };
}

async function readingOf<T>(read: () => Promise<T>): Promise<Reading<T>> {
  try {
    return { value: await read() };
  } catch (error) {
    return { damage: damageOf(error) };
  }
}

function verifyTrade({ tradeId, regime, ends, steps }: ReadTrade, sent: SentReports, findings: Findings): void {
  for (const [index, reading] of steps.entries()) {
    const seq = index + 1;
    const name = stepName(tradeId, regime, seq);
    const endName = stepEndName(tradeId, regime, seq);
    if (reading.step === null) {
      findings.add(name, `a step ${seq} of ${steps.length}`, 'no such object');
      continue;
    }
    if (!ends.has(seq) && seq < steps.length) findings.add(endName, 'an end, for a later step was claimed', 'no such object');
    const step = ifGood(reading.step, name, findings);
    const end = ifGood(reading.end, endName, findings);
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

function ifGood<T>(reading: Reading<T>, name: string, findings: Findings): T | null {
  if (reading === null || 'value' in reading) return reading?.value ?? null;
  findings.add(name, 'an object as it was written', reading.damage);
  return null;
}

/** The steps of trades in the object store: `<seq>.json` is the claim and the report, `<seq>.end.json` its end. Each is created if absent and has a hash of its own. */
import { hash } from 'node:crypto';
import { Type } from '@sinclair/typebox';
import { MarketsError } from '../../core/errors/markets-error.ts';
import { canonicalJson } from '../../core/events/canonical-json.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { CLOSED, MOMENT, SEQ, SHA256 } from '../../core/stream/object-forms.ts';
import { readStepName, stepEndName, stepName, stepsPrefix } from '../../core/reports/object-names.ts';
import { sealedJson, unsealed } from '../../core/reports/sealed-json.ts';
import type { PlacedStep, StepEnd, TradeStep, TradeSteps } from './trade-steps.ts';

const text = Type.String();

const STEP_SCHEMA = Type.Object(
  {
    trade_id: text,
    regime: text,
    seq: SEQ,
    report_id: text,
    event_id: text,
    trade_version: text,
    content_sha256: SHA256,
    action: Type.Union([Type.Literal('NEWT'), Type.Literal('CANC')]),
    trn: text,
    regime_version: text,
    references: Type.Array(Type.Object({ kind: text, key: text, valid_from: text, hash: text }, CLOSED)),
    content_type: text,
    payload: text,
    payload_sha256: SHA256,
    due_at: MOMENT,
    instance: text,
    at: MOMENT,
  },
  CLOSED,
);

const END_SCHEMA = Type.Object(
  {
    state: Type.Union([Type.Literal('accepted'), Type.Literal('rejected'), Type.Literal('dead_lettered'), Type.Literal('not_sent')]),
    codes: Type.Array(text),
    instance: text,
    at: MOMENT,
  },
  CLOSED,
);

const steps = sealedJson(STEP_SCHEMA, 'no step of a trade');
const ends = sealedJson(END_SCHEMA, 'no end of a step');

export function createTradeSteps(store: ObjectStore): TradeSteps {
  return {
    async read(tradeId, regime) {
      const found = new Map<number, { step: TradeStep | null; end: StepEnd | null }>();
      for await (const { name } of store.list(stepsPrefix(tradeId, regime))) {
        const object = readStepName(name);
        if (object === undefined) throw damaged(name, 'a name that no step has');
        const place = found.get(object.seq) ?? { step: null, end: null };
        found.set(object.seq, place);
        if (object.isEnd) place.end = await readEnd(store, name);
        else place.step = await readStep(store, name);
      }
      return inOrder(found, stepsPrefix(tradeId, regime));
    },
    async claim(step) {
      if (step.seq > 1) await requireEnd(store, step);
      const name = stepName(step.trade_id, step.regime, step.seq);
      const whole = { ...step, references: [...step.references] };
      const fault = stepFault(whole);
      if (fault !== null) throw new MarketsError('INTERNAL', 'A step does not fit its own bytes.', { found: fault });
      return (await steps.commit(store, name, whole)) === 'committed';
    },
    async end(step, end) {
      const name = stepEndName(step.trade_id, step.regime, step.seq);
      const whole = { ...end, codes: [...end.codes] };
      if ((await ends.commit(store, name, whole)) === 'committed') return;
      const stands = await readEnd(store, name);
      if (stands.state === end.state && canonicalJson(stands.codes) === canonicalJson(end.codes)) return;
      throw new MarketsError('LEDGER_CONFLICT', 'The step has ended otherwise.', {
        expected: `${stands.state} by ${stands.instance}`,
        found: `${end.state} by ${end.instance}`,
        next: 'What stands is kept. Ask the regulator for what it has under the reference.',
      });
    },
  };
}

/** LEDGER_DAMAGED where it is no step, or its bytes are not those that it was made of. */
export async function readStep(store: ObjectStore, name: string): Promise<TradeStep> {
  const step = unsealed(await steps.read(store, name));
  const fault = stepFault(step);
  if (fault !== null) throw damaged(name, fault);
  if (stepName(step.trade_id, step.regime, step.seq) !== name) throw damaged(name, 'the step of another name');
  return step;
}

/** LEDGER_DAMAGED where it is no end. */
export async function readEnd(store: ObjectStore, name: string): Promise<StepEnd> {
  return unsealed(await ends.read(store, name));
}

function stepFault(step: TradeStep): string | null {
  return hash('sha256', step.payload, 'hex') === step.payload_sha256 ? null : 'a payload whose sha256 is another';
}

async function requireEnd(store: ObjectStore, { trade_id: tradeId, regime, seq }: TradeStep): Promise<void> {
  const before = stepEndName(tradeId, regime, seq - 1);
  if ((await store.stat(before)) !== undefined) return;
  throw new MarketsError('INTERNAL', 'A step was claimed before the one in front of it has an end.', {
    expected: before,
    found: 'no such object',
  });
}

function inOrder(found: ReadonlyMap<number, { step: TradeStep | null; end: StepEnd | null }>, place: string): readonly PlacedStep[] {
  return Array.from({ length: found.size }, (_, index) => {
    const { step, end } = found.get(index + 1) ?? { step: null, end: null };
    if (step === null) throw damaged(place, `no step ${index + 1} of ${found.size}`);
    return { step, end };
  });
}

function damaged(name: string, found: string): MarketsError {
  return new MarketsError('LEDGER_DAMAGED', 'A step of a trade cannot be trusted.', {
    expected: `${name} as it was written`,
    found,
    next: 'Restore the object from the copy of the bucket, and run `markets reporter verify`.',
  });
}

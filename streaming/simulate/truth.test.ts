import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { createMessageChecker } from '../../core/engine/message-checker.ts';
import { loadSpecs } from '../../core/spec/load-specs.ts';
import type { SourceSpec } from '../../core/spec/source-spec.ts';
import { CORRUPTIONS } from './chaos/fault-kind.ts';
import { createSimulation } from './simulation.ts';
import type { Truth } from './simulated-message.ts';

const SPECS = fileURLToPath(new URL('../../source_specs', import.meta.url));
const FAULTS = { corrupt: 0.2, duplicate: 0.02, late: 0.02, future: 0.02, negative: 0.02, crossed: 0.02, fat_finger: 0.02, drop: 0.02 };

async function specOf(name: string): Promise<SourceSpec> {
  const { specs } = await loadSpecs(SPECS);
  const spec = specs.find((each) => each.name === name);
  if (spec === undefined) throw new Error(`There is no spec ${name}.`);
  return spec;
}

test.each(['trades', 'quotes', 'orders'] as const)(
  '%s: every message gets exactly the codes that the truth says, and the others none',
  async (stream) => {
    const spec = await specOf(`exchange_${stream}`);
    const checker = createMessageChecker(spec, { now: '2026-01-05T08:00:00.000000Z' });
    const truth = new Map<number, Truth>();
    const simulation = createSimulation({
      ...{
        stream,
        seed: 11,
        count: 20_000,
        faults: FAULTS,
        clock: { startMicros: Date.parse('2026-01-05T08:00:00Z') * 1000, eventsPerSecond: 100 },
      },
      onTruth: (each) => {
        if (each.kind !== 'drop') truth.set(each.position, each);
      },
    });
    const kinds = new Set<string>();
    let refused = 0;
    for (let message = simulation.next(); message !== undefined; message = simulation.next()) {
      const { verdict, findings } = checker.check(message.value);
      const told = truth.get(message.position);
      const codes = [...new Set(findings.map(({ code }) => code))];
      expect([message.position, message.fault?.kind, verdict, codes]).toEqual([
        message.position,
        told?.kind,
        (told?.codes ?? []).length > 0 ? 'refused' : 'accepted',
        told?.codes ?? [],
      ]);
      if (told !== undefined && told.codes.length > 0) {
        expect(findings.map(({ column }) => column)).toContain(told.kind === 'rule_broken' ? null : told.column);
        kinds.add(told.kind);
        refused += 1;
      }
    }
    expect(simulation.summary()).toMatchObject({ messages: 20_000, refused, accepted: 20_000 - refused });
    expect([...kinds].sort()).toEqual(
      [...CORRUPTIONS].map((kind) => (stream === 'quotes' && kind === 'bad_enum' ? 'null_value' : kind)).sort(),
    );
  },
);

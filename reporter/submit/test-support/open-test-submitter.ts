/** A submitter of one destination `regulator`, with limits that tests need not wait for. */
import { Value } from '@sinclair/typebox/value';
import { createMemoryObjectStore } from '../../../core/adapters/memory-object-store.ts';
import { MarketsError } from '../../../core/errors/markets-error.ts';
import { SecretText, type Secrets } from '../../../core/ports/secrets.ts';
import { createSubmitter, type HttpSubmitter } from '../create-submitter.ts';
import { DESTINATION_SCHEMA, type Destination } from '../destination.ts';
import type { SubmitObservation } from '../submit-observation.ts';
import type { Outcome } from '../submitter.ts';
import { madeUpTime, type MadeUpTime } from './made-up-time.ts';
import { readMadeUpReply } from './read-made-up-reply.ts';

export interface TestSubmitter {
  readonly submitter: HttpSubmitter;
  readonly time: MadeUpTime;
  readonly observed: readonly SubmitObservation[];
  /** Outcomes of tries by their number, as they were told; null before each. */
  readonly told: readonly (readonly [number, Outcome | null])[];
  readonly tell: (number: number, outcome: Outcome | null) => Promise<void>;
}

export interface TestSubmitterOptions {
  readonly url: string;
  /** In place of the defaults. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly time?: MadeUpTime;
  readonly store?: Parameters<typeof createSubmitter>[0]['store'];
}

// Only tests of time limits have short ones: a machine that stands still for a while is no fault of the regulator.
const LIMITS = { headers_seconds: 30, body_seconds: 30, call_seconds: 60 };

export function testDestination(settings: Readonly<Record<string, unknown>>): Destination {
  return Value.Decode(DESTINATION_SCHEMA, Value.Default(DESTINATION_SCHEMA, structuredClone(settings)));
}

export async function openTestSubmitter({
  url,
  settings,
  secrets = {},
  time = madeUpTime(),
  store,
}: TestSubmitterOptions): Promise<TestSubmitter> {
  const observed: SubmitObservation[] = [];
  const told: (readonly [number, Outcome | null])[] = [];
  const submitter = await createSubmitter({
    destinations: { regulator: testDestination({ url, limits: LIMITS, per_second: 100_000, burst: 10_000, ...settings }) },
    secrets: testSecrets(secrets),
    readReply: readMadeUpReply,
    time,
    random: () => 0.5,
    observe: (observation) => observed.push(observation),
    store: store ?? createMemoryObjectStore(),
  });
  const tell = async (number: number, outcome: Outcome | null): Promise<void> => {
    told.push([number, outcome]);
    await Promise.resolve();
  };
  return { submitter, time, observed, told, tell };
}

function testSecrets(values: Readonly<Record<string, string>>): Secrets {
  return {
    description: 'secrets of a test',
    async read(name) {
      const value = values[name];
      if (value === undefined) throw new MarketsError('SECRET_MISSING', `There is no secret ${name}.`);
      return await Promise.resolve(new SecretText(value));
    },
  };
}

/** The parts of a reporter over a folder and the simulated regulator, with the shipped regimes and reference data of a file's presence. */
import { existsSync } from 'node:fs';
import { Value } from '@sinclair/typebox/value';
import { createFolderObjectStore } from '../../../core/adapters/folder-object-store/folder-object-store.ts';
import { createEnvironmentSecrets } from '../../../core/adapters/secrets/environment-secrets.ts';
import { newWriter } from '../../../cli/streaming/new-writer.ts';
import { openReporter, type Reporter } from '../../../reporter/open-reporter.ts';
import type { PipelineLimits } from '../../../reporter/pipeline/pipeline-limits.ts';
import { REFERENCE_TABLES } from '../../../reporter/reference/reference-kinds.ts';
import type { ReferenceKind } from '../../../reporter/reference/reference-view.ts';
import type { KeyedRows, ReferenceRows } from '../../../reporter/reference/warehouse-references.ts';
import { requireRegimes } from '../../../reporter/regime/load-regimes.ts';
import type { Regime } from '../../../reporter/regime/regime.ts';
import { CALENDARS_FOLDER, REGIMES_FOLDER, SAMPLE_ENTITY, sampleReference } from '../../../reporter/regime/test-support/sample-report.ts';
import { readReply } from '../../../reporter/replies/read-reply.ts';
import { createSubmitter } from '../../../reporter/submit/create-submitter.ts';
import { DESTINATION_SCHEMA, type Destination } from '../../../reporter/submit/destination.ts';
import { FAST_TIME, HEARTBEAT_SECONDS, type ChaosReporterOptions } from './chaos-options.ts';
import { eventOfMessage, LATE_COUNTERPARTY } from './chaos-trades.ts';

const LIMITS: Partial<PipelineLimits> = {
  eventsMax: 5000,
  judgedAtOnce: 32,
  sentAtOnce: 128,
  adoptMs: 15_000,
  repliesMs: 10_000,
  parkedMs: 40_000,
};
const DESTINATION = {
  ...{ concurrency: 64, per_second: 50_000, burst: 10_000 },
  limits: { connect_seconds: 2, headers_seconds: 0.4, call_seconds: 3, retry_after_seconds_max: 2 },
};

export async function chaosRegimes(): Promise<readonly Regime[]> {
  const loaded = await requireRegimes(REGIMES_FOLDER, { entity: SAMPLE_ENTITY, calendars: CALENDARS_FOLDER });
  return loaded.map(({ regime }) => regime);
}

export async function openChaosReporter(
  { root, regulator, lateReference }: ChaosReporterOptions,
  onFailure: () => void,
): Promise<Reporter> {
  const store = createFolderObjectStore(root);
  const destination = Value.Default(DESTINATION_SCHEMA, { ...DESTINATION, url: regulator }) as Destination;
  return await openReporter({
    store,
    instance: newWriter(),
    time: FAST_TIME,
    regimes: await chaosRegimes(),
    readers: { readReceived: ({ message }) => eventOfMessage(Buffer.from(message, 'base64')) },
    references: rowsOf(() => existsSync(lateReference)),
    submitter: await createSubmitter({
      destinations: { arm: destination, apa: destination, trace: destination },
      secrets: createEnvironmentSecrets(() => undefined),
      readReply,
      time: FAST_TIME,
      random: Math.random,
      observe: () => undefined,
      store,
    }),
    limits: LIMITS,
    referenceLimits: { refreshMs: 40_000, absentMs: 20_000 },
    heartbeatSeconds: HEARTBEAT_SECONDS,
    onFailure,
  });
}

/** The reference data of the sample report, and of one counterparty more as soon as it is known. */
function rowsOf(isLateKnown: () => boolean): ReferenceRows {
  const sample = sampleReference();
  const rows = (kind: ReferenceKind): readonly KeyedRows[] => {
    const version = sample[kind];
    if (version === null) return [];
    const cells = (key: string): KeyedRows => {
      const values = REFERENCE_TABLES[kind].columns.map(({ name }, index) => (index === 0 ? key : (version.values.get(name) ?? null)));
      return { key, rows: [{ fromUs: -62135596800000000n, toUs: 253402214400000000n, values }] };
    };
    return [cells(version.key), ...(kind === 'counterparty' && isLateKnown() ? [cells(LATE_COUNTERPARTY)] : [])];
  };
  return {
    async *all(kind) {
      yield* await Promise.resolve(rows(kind));
    },
    lookUp: async (kind, { column }, value) =>
      await Promise.resolve(column === REFERENCE_TABLES[kind].key ? rows(kind).filter(({ key }) => key === value) : []),
  };
}

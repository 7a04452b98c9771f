/** Findings of live checks in a store, as `markets quality` commits them: a part and its manifest. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import type { QualityFinding } from '../../core/quality/quality-finding.ts';
import type { SourceSpec } from '../../core/spec/source-spec.ts';
import { commitFindings } from '../../core/stream/findings-manifest.ts';
import { findingsPartName } from '../../core/stream/object-names.ts';
import { sha256Of } from '../../core/stream/sha256-of.ts';
import { findingsPart } from '../../streaming/quality/findings-part.ts';

const WRITER = '20230131T063000-0123abcd';

export interface LiveFindings {
  readonly partition: number;
  /** Number of the manifest, from 1. */
  readonly seq: number;
  readonly findings: readonly QualityFinding[];
}

export async function commitLiveFindings(store: ObjectStore, spec: SourceSpec, { partition, seq, findings }: LiveFindings): Promise<void> {
  const [source, at, topic] = [spec.name, '2023-01-31T06:30:00.000000Z', spec.stream?.kafka_topic ?? ''];
  const folder = await mkdtemp(join(tmpdir(), 'live-findings-'));
  const bytes = await findingsPart({ source, topic, partition }, findings, folder);
  await rm(folder, { recursive: true });
  const object = findingsPartName(source, at.slice(0, 10), partition, seq, WRITER);
  const sha256 = sha256Of(bytes);
  await store.write(object, bytes, { ifAbsent: true });
  await commitFindings(store, {
    ...{ seq, writer: WRITER, at, source, spec_version: spec.spec_version, kafka_topic: topic, partition, position: String(seq) },
    ...{ state: { object: 'control/none', sha256 }, parts: [{ object, kind: 'findings', rows: findings.length, sha256 }] },
    counts: { messages: 1, refused: 0, not_followed: 0, findings: {} },
  });
}

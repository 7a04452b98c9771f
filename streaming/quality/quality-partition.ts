/**
 * One partition that this process looks at, and its chain of manifests: findings, state and position are committed as one. A message below the position
 * is in the state already.
 */
import type { LogMessage } from '../../core/ports/message-log.ts';
import type { QualityFinding } from '../../core/quality/quality-finding.ts';
import { commitFindings, newestFindingsManifest, type FindingsManifest } from '../../core/stream/findings-manifest.ts';
import { findingsPartName, findingsStateName } from '../../core/stream/object-names.ts';
import { sha256Of } from '../../core/stream/sha256-of.ts';
import { printTimestamp } from '../../core/types/print-value.ts';
import type { Cell } from '../../core/engine/output/file-output.ts';
import { readNewest, stateBytes, StateObjects } from '../consume/partition-state.ts';
import type { CommitOutcome, StatefulPartition } from '../consume/stateful-reader.ts';
import { findingsPart, type FindingsPlace } from './findings-part.ts';
import { PartitionQuality, type PartitionQualityState } from './partition-quality.ts';
import type { QualityColumns } from './quality-columns.ts';
import type { QualityParts } from './quality-parts.ts';

export class QualityPartition implements StatefulPartition {
  readonly place: FindingsPlace;
  /** Offset of the next message; undefined before the first. */
  position: bigint | undefined = undefined;
  committedPosition: bigint | undefined = undefined;
  readonly counts: { messages: number; refused: number; findings: Record<string, number> } = { messages: 0, refused: 0, findings: {} };
  private readonly parts: QualityParts;
  private readonly quality: PartitionQuality;
  private seq = 0;
  private notFollowedBefore = 0;
  private waiting: QualityFinding[] = [];
  private readonly stateObjects: StateObjects;

  private constructor(parts: QualityParts, columns: QualityColumns, place: FindingsPlace, loaded: Loaded | null) {
    this.parts = parts;
    this.place = place;
    this.quality = new PartitionQuality(columns);
    this.stateObjects = new StateObjects(parts.store, parts.logger, place, loaded?.manifest.state.object ?? null);
    if (loaded !== null) this.restore(loaded);
  }

  /** From the newest manifest. STREAM_STATE where the state is not as it says. */
  static async open(parts: QualityParts, columns: QualityColumns, place: FindingsPlace): Promise<QualityPartition> {
    const newest = async (): Promise<FindingsManifest | null> => await newestFindingsManifest(parts.store, place.source, place.partition);
    const loaded = await readNewest(newest, async (manifest) => {
      const bytes = await stateBytes(parts.store, manifest);
      return { manifest, state: JSON.parse(bytes.toString('utf8')) as PartitionQualityState };
    });
    return new QualityPartition(parts, columns, place, loaded);
  }

  get waitingFindings(): number {
    return this.waiting.length;
  }

  get hasChanges(): boolean {
    return this.position !== this.committedPosition;
  }

  /** A good message, or with null one that the record check refuses. */
  take({ offset, timestampMs }: LogMessage, values: readonly Cell[] | null): void {
    if (this.position !== undefined && offset < this.position) return;
    this.position = offset + 1n;
    this.counts.messages += 1;
    if (values === null) {
      this.counts.refused += 1;
      return;
    }
    this.quality.observe({ values, offset, arrivedMs: timestampMs }, (finding) => {
      this.waiting.push(finding);
      this.counts.findings[finding.check] = (this.counts.findings[finding.check] ?? 0) + 1;
    });
  }

  /** 'taken' where another process has the partition: nothing of it is written here any more. After an error it must be opened again. */
  async commit(): Promise<CommitOutcome> {
    const { position } = this;
    if (position === undefined || !this.hasChanges) return 'nothing';
    const { store, writer, spec, time } = this.parts;
    const { source, topic, partition } = this.place;
    const seq = this.seq + 1;
    // Taken at once: messages may go on while it is written.
    const { waiting } = this;
    this.waiting = [];
    const counts = { ...this.counts, findings: { ...this.counts.findings }, not_followed: this.notFollowed };
    const at = printTimestamp(BigInt(time.nowMs()) * 1000n);
    const state = Buffer.from(JSON.stringify(this.quality.state()));
    const stateObject = findingsStateName(source, partition, seq, writer);
    await store.write(stateObject, state, { overwrite: true });
    const manifest: FindingsManifest = {
      ...{ seq, writer, at, source, spec_version: spec.spec_version, kafka_topic: topic, partition, position: position.toString() },
      state: { object: stateObject, sha256: sha256Of(state) },
      parts: await this.writePart(seq, at, waiting),
      counts,
    };
    if ((await commitFindings(store, manifest)) === 'taken') return 'taken';
    this.seq = seq;
    this.committedPosition = position;
    await this.stateObjects.committed(stateObject);
    return 'committed';
  }

  get notFollowed(): number {
    return this.notFollowedBefore + this.quality.notFollowed;
  }

  private async writePart(seq: number, at: string, findings: readonly QualityFinding[]): Promise<FindingsManifest['parts']> {
    if (findings.length === 0) return [];
    const { store, scratch, writer } = this.parts;
    const object = findingsPartName(this.place.source, at.slice(0, 10), this.place.partition, seq, writer);
    const bytes = await findingsPart(this.place, findings, scratch);
    await store.write(object, bytes, { overwrite: true });
    return [{ object, kind: 'findings', rows: findings.length, sha256: sha256Of(bytes) }];
  }

  private restore({ manifest, state }: Loaded): void {
    this.seq = manifest.seq;
    this.position = this.committedPosition = BigInt(manifest.position);
    this.counts.messages = manifest.counts.messages;
    this.counts.refused = manifest.counts.refused;
    this.counts.findings = { ...manifest.counts.findings };
    this.notFollowedBefore = manifest.counts.not_followed;
    this.quality.restore(state);
  }
}

interface Loaded {
  readonly manifest: FindingsManifest;
  readonly state: PartitionQualityState;
}

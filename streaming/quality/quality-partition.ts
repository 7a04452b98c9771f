/**
 * One partition that this process looks at, and its chain of manifests: findings, state and position are committed as one. A message below the position
 * is in the state already.
 */
import { MarketsError } from '../../core/errors/markets-error.ts';
import type { LogMessage } from '../../core/ports/message-log.ts';
import type { QualityFinding } from '../../core/quality/quality-finding.ts';
import { commitFindings, newestFindingsManifest, type FindingsManifest } from '../../core/stream/findings-manifest.ts';
import { findingsPartName, findingsStateName } from '../../core/stream/object-names.ts';
import { removeIfThere } from '../../core/stream/remove-if-there.ts';
import { sha256Of } from '../../core/stream/sha256-of.ts';
import { printTimestamp } from '../../core/types/print-value.ts';
import type { Cell } from '../../core/engine/output/file-output.ts';
import { findingsPart, type FindingsPlace } from './findings-part.ts';
import { PartitionQuality, type PartitionQualityState } from './partition-quality.ts';
import type { QualityColumns } from './quality-columns.ts';
import type { QualityParts } from './quality-parts.ts';

const STATE_BYTES_MAX = 512 * 1024 * 1024;

export class QualityPartition {
  readonly place: FindingsPlace;
  /** Offset of the next message; null before the first. */
  position: bigint | null = null;
  committedPosition: bigint | null = null;
  readonly counts: { messages: number; refused: number; findings: Record<string, number> } = { messages: 0, refused: 0, findings: {} };
  private readonly parts: QualityParts;
  private readonly quality: PartitionQuality;
  private seq = 0;
  private notFollowedBefore = 0;
  private waiting: QualityFinding[] = [];
  /** State objects: the newest, and the one before it that somebody may be reading. */
  private states: string[] = [];

  private constructor(parts: QualityParts, columns: QualityColumns, place: FindingsPlace) {
    this.parts = parts;
    this.place = place;
    this.quality = new PartitionQuality(columns);
  }

  /** From the newest manifest. STREAM_STATE where the state is not as it says. */
  static async open(parts: QualityParts, columns: QualityColumns, place: FindingsPlace): Promise<QualityPartition> {
    const partition = new QualityPartition(parts, columns, place);
    const manifest = await newestFindingsManifest(parts.store, place.source, place.partition);
    if (manifest !== null) partition.restore(manifest, await readState(parts, manifest));
    return partition;
  }

  get waitingFindings(): number {
    return this.waiting.length;
  }

  get hasChanges(): boolean {
    return this.position !== this.committedPosition;
  }

  /** A good message, or with null one that the record check refuses. */
  take({ offset, timestampMs }: LogMessage, values: readonly Cell[] | null): void {
    if (this.position !== null && offset < this.position) return;
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
  async commit(): Promise<'committed' | 'nothing' | 'taken'> {
    if (!this.hasChanges || this.position === null) return 'nothing';
    const { store, writer, spec, time } = this.parts;
    const { source, topic, partition } = this.place;
    const { position, waiting } = this;
    const seq = this.seq + 1;
    const at = printTimestamp(BigInt(time.nowMs()) * 1000n);
    const state = Buffer.from(JSON.stringify(this.quality.state()));
    const stateObject = findingsStateName(source, partition, seq, writer);
    await store.write(stateObject, state, { overwrite: true });
    const manifest: FindingsManifest = {
      ...{ seq, writer, at, source, spec_version: spec.spec_version, kafka_topic: topic, partition, position: position.toString() },
      state: { object: stateObject, sha256: sha256Of(state) },
      parts: await this.writePart(seq, at, waiting),
      counts: { ...this.counts, findings: { ...this.counts.findings }, not_followed: this.notFollowed },
    };
    if ((await commitFindings(store, manifest)) === 'taken') return 'taken';
    this.seq = seq;
    this.committedPosition = position;
    this.waiting = this.waiting.slice(waiting.length);
    await this.clearAway(stateObject);
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

  private async clearAway(newest: string): Promise<void> {
    this.states.push(newest);
    const { store, logger } = this.parts;
    for (const name of this.states.splice(0, Math.max(0, this.states.length - 2))) {
      try {
        await removeIfThere(store, name);
      } catch (error) {
        logger.log('warn', 'quality_state_not_cleared', {
          source: this.place.source,
          partition: this.place.partition,
          message: String(error),
        });
      }
    }
  }

  private restore(manifest: FindingsManifest, state: PartitionQualityState): void {
    this.seq = manifest.seq;
    this.position = this.committedPosition = BigInt(manifest.position);
    this.counts.messages = manifest.counts.messages;
    this.counts.refused = manifest.counts.refused;
    this.counts.findings = { ...manifest.counts.findings };
    this.notFollowedBefore = manifest.counts.not_followed;
    this.states = [manifest.state.object];
    this.quality.restore(state);
  }
}

async function readState({ store }: QualityParts, manifest: FindingsManifest): Promise<PartitionQualityState> {
  const { object, sha256 } = manifest.state;
  const bytes = await store.read(object, { maxBytes: STATE_BYTES_MAX });
  if (sha256Of(bytes) === sha256) return JSON.parse(bytes.toString('utf8')) as PartitionQualityState;
  throw new MarketsError('STREAM_STATE', 'The state of live checks is not as its manifest says.', {
    expected: `${object} with sha256 ${sha256}`,
    found: 'other bytes',
    next: 'Restore the object from the copy of the bucket; the warehouse finds the same from stored messages.',
  });
}

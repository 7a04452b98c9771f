/** A root folder into which tests publish deliveries as the lane does: staged Parquet, and the events that name it. */
import { createHash } from 'node:crypto';
import { mkdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createFolderObjectStore } from '../../../core/adapters/folder-object-store/folder-object-store.ts';
import { LINEAGE_COLUMNS } from '../../../core/engine/output/lineage-columns.ts';
import { outputColumns } from '../../../core/engine/output-columns.ts';
import { ParquetWriter } from '../../../core/engine/parquet/parquet-writer.ts';
import type { ChainHead, EventData, EventType } from '../../../core/events/event.ts';
import { createEventWriter, type EventWriter } from '../../../core/events/event-writer.ts';
import { newRunId } from '../../../core/events/event-names.ts';
import type { SourceSpec } from '../../../core/spec/source-spec.ts';
import { readValue } from '../../../core/types/read-value.ts';

export interface Delivery {
  readonly spec: SourceSpec;
  readonly file: string;
  readonly business_date: string;
  readonly version?: number;
  readonly supersedes?: readonly string[];
  /** Column -> text, as it would stand in a CSV file; absent is NULL. */
  readonly rows: readonly Readonly<Record<string, string>>[];
}

/** The name that a delivery gets whenever it comes. */
export function deliveryLoadId(delivery: Pick<Delivery, 'file' | 'version'>): string {
  return createHash('sha256')
    .update(`${delivery.file}\0${String(delivery.version ?? 1)}`)
    .digest('hex')
    .slice(0, 32);
}

export class DeliveredRoot {
  readonly folder: string;
  private epoch = 0;
  private ids = 0;
  private writer: EventWriter | null = null;
  private runId = '';
  private now = '';

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Begins a run at `now`; the one before it counts as crashed or closed. */
  async startRun(now: string): Promise<void> {
    const heads: ChainHead[] = [];
    const head = this.writer?.head();
    if (head !== null && head !== undefined) heads.push(head);
    const previous = this.epoch === 0 ? null : { run_id: this.runId, closing_hash: null, heads };
    this.epoch += 1;
    this.runId = newRunId(this.epoch, 'test');
    this.now = now;
    this.writer = createEventWriter({
      store: createFolderObjectStore(this.folder),
      runId: this.runId,
      writer: 'main',
      date: now.slice(0, 10),
      newId: () => `event-${String((this.ids += 1))}`,
    });
    await this.append('run_started', { epoch: this.epoch, now, engine_version: '0', previous });
  }

  async append<T extends EventType>(type: T, data: EventData[T], about: { load_id?: string; source?: string } = {}): Promise<void> {
    if (this.writer === null) throw new Error('no run was started');
    this.writer.append({ type, at: this.now, data, ...about });
    await this.writer.flush();
  }

  async deliver(delivery: Delivery): Promise<string> {
    const loadId = deliveryLoadId(delivery);
    const object = `staging/${delivery.spec.name}/business_date=${delivery.business_date}/load_id=${loadId}/part-00000.parquet`;
    const path = join(this.folder, object);
    await mkdir(dirname(path), { recursive: true });
    writeStaged(path, delivery, loadId);
    await this.append(
      'load_published',
      {
        object: delivery.file,
        business_date: delivery.business_date,
        version: delivery.version ?? 1,
        attempt: 1,
        spec_version: delivery.spec.spec_version,
        sha256: createHash('sha256').update(JSON.stringify(delivery.rows)).digest('hex'),
        rows: delivery.rows.length,
        parts: [{ object, rows: delivery.rows.length, bytes: (await stat(path)).size, sha256: '0'.repeat(64) }],
        manifest: `${dirname(object)}/_manifest.json`,
        supersedes: delivery.supersedes ?? [],
        epoch: this.epoch,
      },
      { load_id: loadId, source: delivery.spec.name },
    );
    return loadId;
  }
}

function writeStaged(path: string, delivery: Delivery, loadId: string): void {
  const columns = [...outputColumns(delivery.spec), ...LINEAGE_COLUMNS];
  const writer = new ParquetWriter(path, columns);
  for (const [index, row] of delivery.rows.entries()) {
    const cells = delivery.spec.schema.map((column) => {
      const text = row[column.name];
      if (text === undefined) return null;
      const read = readValue(column.type, text);
      if (!('value' in read)) throw new Error(`${text} is no ${column.type.kind}`);
      return read.value;
    });
    const lineage = [index + 1, index + 2, index * 100, 99, index].map(BigInt);
    writer.append([...cells, loadId, delivery.file, ...lineage, null, null]);
  }
  writer.finish();
}

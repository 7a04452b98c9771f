/** Remakes an extract as it was known at a moment and compares it with what was written then. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MarketsError } from '../../core/errors/markets-error.ts';
import type { EventData } from '../../core/events/event.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import type { WarehouseReader } from '../../core/ports/warehouse-reader.ts';
import type { SourceSpec } from '../../core/spec/source-spec.ts';
import type { DbtWorker } from '../transform/dbt-process.ts';
import { snapshotPath } from '../transform/snapshot.ts';
import { transform } from '../transform/transform.ts';
import { encodeExtract, type EncodedExtract } from './extract-encoder.ts';
import type { ExtractFormat } from './extract-format.ts';
import { rootKnownAt } from './known-at.ts';
import { extractQuery } from './write-extract.ts';

export interface RemakeOptions {
  readonly store: ObjectStore;
  readonly specs: readonly SourceSpec[];
  readonly worker: DbtWorker;
  /** Opens the snapshot at a path. */
  readonly openWarehouse: (path: string) => Promise<WarehouseReader>;
  readonly date: string;
  /** ISO 8601 UTC with 6 digits. */
  readonly knownAt: string;
  readonly format: ExtractFormat;
  /** Local file that receives the extract. */
  readonly out: string;
  readonly scratchFolder?: string;
  /** What DuckDB may take, in MiB; null for its own bound. */
  readonly memoryMb?: number | null;
}

export interface RemadeExtract extends EncodedExtract {
  readonly as_of: string;
  /** What was written then; null where nothing was. */
  readonly recorded: EventData['extract_written'] | null;
  /** Whether the uncompressed bytes are those that were written; null where there is nothing to compare with. */
  readonly identical: boolean | null;
}

export async function remakeExtract(options: RemakeOptions): Promise<RemadeExtract> {
  const sandbox = await mkdtemp(join(options.scratchFolder ?? tmpdir(), 'known-at-'));
  try {
    const { recorded } = await rootKnownAt(options.store, sandbox, options.knownAt, options.date);
    const warehouse = { kind: 'duckdb', memory_mb: options.memoryMb ?? null } as const;
    const built = await transform({ rootFolder: sandbox, specs: options.specs, warehouse }, options.worker);
    const [failure] = built.failures;
    if (failure !== undefined) {
      throw new MarketsError('LANE_EXTRACT', 'The warehouse as it was known could not be built.', {
        found: `${failure.name}: ${failure.message}`,
      });
    }
    const asOf = recorded?.as_of ?? options.knownAt;
    const encoded = await encodeFrom(options, snapshotPath(sandbox), asOf);
    const identical = recorded === null || options.format !== 'jsonl' ? null : recorded.uncompressed_sha256 === encoded.uncompressed_sha256;
    return { ...encoded, as_of: asOf, recorded, identical };
  } finally {
    await rm(sandbox, { recursive: true, force: true });
  }
}

async function encodeFrom(options: RemakeOptions, snapshot: string, asOf: string): Promise<EncodedExtract> {
  const reader = await options.openWarehouse(snapshot);
  try {
    return await encodeExtract(options.out, options.format, await reader.query(extractQuery(reader.dialect), [options.date]), asOf);
  } finally {
    reader.close();
  }
}

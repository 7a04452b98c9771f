/** Adds the committed batches of a source to its history, a slice of batches at a time: each slice is one file a day, and one new state. */
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { outputColumns } from '../../core/engine/output-columns.ts';
import { MarketsError } from '../../core/errors/markets-error.ts';
import type { BatchManifest } from '../../core/stream/batch-manifest.ts';
import { newestHistory, type HistoryObject } from '../../core/stream/history-manifest.ts';
import { listBatches } from '../../core/stream/list-batches.ts';
import { historyFileName, seqText } from '../../core/stream/object-names.ts';
import { commitState } from './commit-state.ts';
import { orderOf, type HistoryParts } from './history-parts.ts';
import { localFiles, storeFile } from './local-objects.ts';

/** A slice is sorted as a whole. */
export const SLICE_BATCHES_MAX = 100;

export interface WrittenHistory {
  readonly source: string;
  readonly batches: number;
  readonly rows: number;
  readonly files: number;
  readonly through_batch: number;
}

/** Until there is no new batch, or the signal. Key: the slice's batches; a crash leaves files that no state names, which the next call writes again. */
export async function writeHistory(parts: HistoryParts, signal: AbortSignal): Promise<WrittenHistory> {
  const { store, spec } = parts;
  const total = { source: spec.name, batches: 0, rows: 0, files: 0 };
  let state = await newestHistory(store, spec.name);
  for (;;) {
    const slice: BatchManifest[] = [];
    for await (const { manifest } of listBatches(store, spec.name, { after: state?.through_batch ?? 0, limit: SLICE_BATCHES_MAX }))
      slice.push(manifest);
    if (slice.length === 0 || signal.aborted) break;
    const added = await writeSlice(parts, slice);
    state = await commitState(parts, state, {
      through_batch: slice.at(-1)?.seq ?? 0,
      files: [...(state?.files ?? []), ...added],
    });
    total.batches += slice.length;
    total.files += added.length;
    total.rows += added.reduce((sum, { rows }) => sum + rows, 0);
  }
  return { ...total, through_batch: state?.through_batch ?? 0 };
}

async function writeSlice(parts: HistoryParts, slice: readonly BatchManifest[]): Promise<readonly HistoryObject[]> {
  const { store, spec, files, scratch } = parts;
  const messages = slice.flatMap(({ parts: all }) => all.filter(({ kind }) => kind === 'messages'));
  if (messages.length === 0) return [];
  refuseJsonLines(messages.map(({ object }) => object));
  const folder = await mkdtemp(join(scratch, 'slice-'));
  try {
    const inputs = await localFiles(
      store,
      messages.map(({ object }) => object),
      folder,
    );
    const written = await files.split({ inputs, columns: outputColumns(spec), folder: join(folder, 'days'), ...orderOf(spec) });
    requireRows(
      messages.reduce((sum, { rows }) => sum + rows, 0),
      written.reduce((sum, { rows }) => sum + rows, 0),
    );
    const name = `part-${seqText(slice[0]?.seq ?? 0)}-${seqText(slice.at(-1)?.seq ?? 0)}`;
    const objects: HistoryObject[] = [];
    for (const { day, path, rows } of written) objects.push(await storeFile(store, historyFileName(spec.name, day, name), path, day, rows));
    return objects;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Parts of a sink that loads into BigQuery are no Parquet. */
function refuseJsonLines(names: readonly string[]): void {
  const other = names.find((name) => !name.endsWith('.parquet'));
  if (other === undefined) return;
  throw new MarketsError('SPEC_NOT_SUPPORTED', 'A history is made of batches in Parquet.', {
    expected: 'parts that end in .parquet',
    found: other,
    next: 'Export the stream from BigQuery instead.',
  });
}

export function requireRows(expected: number, found: number): void {
  if (expected === found) return;
  throw new MarketsError('STREAM_STATE', 'Files of a history do not have the rows that they are made of.', {
    expected: `${expected} rows`,
    found: `${found} rows`,
  });
}

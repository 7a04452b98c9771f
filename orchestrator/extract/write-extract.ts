/**
 * The surveillance extract of a date, made from the readers' snapshot. Idempotent, key (date, format, content): an extract whose rows did
 * not change is not written again; changed rows make the next revision. The manifest is written last, so that an extract without it was
 * never finished and is made again.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MarketsError } from '../../core/errors/markets-error.ts';
import type { EventData } from '../../core/events/event.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import type { WarehouseReader } from '../../core/ports/warehouse-reader.ts';
import type { WarehouseDialect } from '../../core/warehouse/dialect.ts';
import { encodeExtract } from './extract-encoder.ts';
import type { ExtractFormat } from './extract-format.ts';
import { extractFolder, extractNames, type ExtractNames } from './extract-names.ts';

/** The rows of the extract of a date are told by the warehouse: dbt_project/macros/extract/markets_extract.sql. */
export function extractQuery(dialect: WarehouseDialect): string {
  return `select * from ${dialect.table('consumer', 'markets_extract_at')}(cast(? as date)) order by trade_id`;
}

export interface ExtractOptions {
  readonly reader: WarehouseReader;
  readonly store: ObjectStore;
  /** As-of date D, YYYY-MM-DD: the window is D-6 to D. */
  readonly date: string;
  /** The cycle's as-of time: extracted_at of every row, ISO 8601 UTC with 6 digits. */
  readonly asOf: string;
  readonly format?: ExtractFormat;
  /** Local folder for the file while it is made; the system's by default. */
  readonly scratchFolder?: string;
}

export interface ExtractManifest {
  readonly date: string;
  readonly as_of: string;
  readonly format: ExtractFormat;
  readonly revision: number;
  readonly object: string;
  readonly control: string;
  readonly columns: readonly string[];
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
  readonly uncompressed_bytes: number;
  readonly uncompressed_sha256: string;
  readonly content_sha256: string;
}

/** The data of the event extract_written, or null where the extract stands already as it would be written. */
export async function writeExtract(options: ExtractOptions): Promise<EventData['extract_written'] | null> {
  const format = options.format ?? 'jsonl';
  const scratch = await mkdtemp(join(options.scratchFolder ?? tmpdir(), 'extract-'));
  try {
    const path = join(scratch, 'extract');
    const rows = await options.reader.query(extractQuery(options.reader.dialect), [options.date]);
    const encoded = await encodeExtract(path, format, rows, options.asOf);
    const last = await lastManifest(options.store, options.date, format);
    if (last?.content_sha256 === encoded.content_sha256) return null;
    const revision = (last?.revision ?? 0) + 1;
    const names = extractNames(options.date, format, revision);
    const sha256 = await sha256Of(path);
    const manifest: ExtractManifest = {
      date: options.date,
      as_of: options.asOf,
      format,
      revision,
      object: names.object,
      control: names.control,
      columns: [...rows.columns.map((column) => column.name), 'extracted_at'],
      bytes: (await stat(path)).size,
      sha256,
      ...encoded,
      uncompressed_sha256: format === 'parquet' ? sha256 : encoded.uncompressed_sha256,
    };
    await store(options.store, path, names, manifest);
    return written(manifest, names);
  } catch (error) {
    if (error instanceof MarketsError) throw error;
    throw new MarketsError('LANE_EXTRACT', 'The extract could not be made.', { cause: error, details: { date: options.date } });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function store(store: ObjectStore, path: string, names: ExtractNames, manifest: ExtractManifest): Promise<void> {
  // No manifest names this revision yet: what may lie there is left from a run that broke off.
  await store.write(names.object, createReadStream(path), { overwrite: true });
  await store.write(names.control, Buffer.from(controlFile(manifest)), { overwrite: true });
  await store.write(names.manifest, Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`), { ifAbsent: true });
}

/** What the partner compares with: one property a line. */
function controlFile(manifest: ExtractManifest): string {
  const file = manifest.object.split('/').at(-1) ?? '';
  const { date, as_of, revision, rows, bytes, sha256 } = manifest;
  return Object.entries({ file, date, as_of, revision, rows, bytes, sha256 })
    .map(([key, value]) => `${key}=${String(value)}\n`)
    .join('');
}

function written(manifest: ExtractManifest, names: ExtractNames): EventData['extract_written'] {
  const { date, as_of, object, rows, bytes, sha256, uncompressed_sha256, revision } = manifest;
  return { date, as_of, object, manifest: names.manifest, control: names.control, rows, bytes, sha256, uncompressed_sha256, revision };
}

/** What the event of the newest revision has to say, from its manifest: for a run that ended before it could say so. LANE_EXTRACT where there is none. */
export async function standingExtract(store: ObjectStore, date: string, format: ExtractFormat): Promise<EventData['extract_written']> {
  const manifest = await lastManifest(store, date, format);
  if (manifest === null) throw new MarketsError('LANE_EXTRACT', `The extract of ${date} was neither written nor found.`);
  return written(manifest, extractNames(date, format, manifest.revision));
}

/** The manifest of the newest revision, null where there is none. */
export async function lastManifest(store: ObjectStore, date: string, format: ExtractFormat): Promise<ExtractManifest | null> {
  const names = new Set<string>();
  for await (const info of store.list(extractFolder(date))) names.add(info.name);
  let found: ExtractManifest | null = null;
  for (let revision = 1; names.has(extractNames(date, format, revision).manifest); revision += 1) {
    const bytes = await store.read(extractNames(date, format, revision).manifest);
    found = JSON.parse(bytes.toString('utf8')) as ExtractManifest;
  }
  return found;
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

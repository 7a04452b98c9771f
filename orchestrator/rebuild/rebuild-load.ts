/**
 * Stages one published load again from its archived original, judged by the spec that judged it, at the moment at which it was. The names are those
 * that its load_published event gives, so that nothing but the missing objects changes. Key is load_id; what stands is left alone.
 */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import type { Report } from '../../core/engine/report.ts';
import { MarketsError } from '../../core/errors/markets-error.ts';
import type { EventData } from '../../core/events/event.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import type { FileValidator } from '../deliver/file-validator.ts';
import { baseName } from '../deliver/object-paths.ts';
import { digestObject, digestStream, spool } from '../deliver/spool.ts';
import { specOfVersion } from '../run/spec-of-version.ts';
import type { RebuildableLoad } from './rebuildable-loads.ts';

export interface RebuildOptions {
  readonly store: ObjectStore;
  readonly validator: FileValidator;
  readonly engineVersion: string;
  readonly scratchFolder: string;
  /** Throws LEASE_LOST where another run took over. */
  readonly assertHeld: () => Promise<void>;
}

/** The event's data where something was staged again; null where all stands. LANE_REBUILD where it cannot be done. */
export async function rebuildLoad(load: RebuildableLoad, options: RebuildOptions): Promise<EventData['load_rebuilt'] | null> {
  if (await stands(load, options.store)) return null;
  const folder = await mkdtemp(join(options.scratchFolder, 'rebuild-'));
  try {
    const verdict = await judgeAgain(load, options, folder);
    try {
      requireSame(load, verdict.report);
      return await stage(load, verdict.outputFolder, options);
    } finally {
      verdict.release();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function stands({ published, judged }: RebuildableLoad, store: ObjectStore): Promise<boolean> {
  const wanted = [
    ...published.parts.map((part) => part.object),
    published.manifest,
    ...(judged.quarantine === null ? [] : [judged.quarantine]),
  ];
  for (const object of wanted) if ((await store.stat(object)) === undefined) return false;
  return true;
}

async function judgeAgain(
  load: RebuildableLoad,
  { store, validator }: RebuildOptions,
  folder: string,
): ReturnType<FileValidator['validate']> {
  const { archived, control, published } = load;
  if (archived === null) {
    throw cannot(load, {
      expected: 'the original in the archive',
      found: 'none recorded',
      next: 'Run a cycle first: it archives what is left in landing.',
    });
  }
  const spec = await specOfVersion(store, published.spec_version, load.source);
  const dataPath = join(folder, 'data');
  await spoolArchived(load, store, archived, dataPath);
  const controlPath = join(folder, 'control');
  if (control !== null) await spoolArchived(load, store, control, controlPath);
  return await validator.validate({
    spec,
    file: published.object,
    load_id: load.load_id,
    version: published.version,
    now: load.now,
    input: { path: dataPath, isPrivate: true },
    control: control === null ? null : { file: baseName(control.object), input: { path: controlPath, isPrivate: true } },
    controlOverdue: false,
  });
}

async function spoolArchived(
  load: RebuildableLoad,
  store: ObjectStore,
  archived: EventData['object_archived'],
  path: string,
): Promise<void> {
  const info = await store.stat(archived.archived_as);
  if (info === undefined)
    throw cannot(load, { expected: archived.archived_as, found: 'nothing there', next: 'Restore the archive from a copy.' });
  const { sha256 } = await spool(store, info, path);
  if (sha256 !== archived.sha256)
    throw cannot(load, { expected: `sha256 ${archived.sha256}`, found: `sha256 ${sha256}`, next: 'Run `markets audit verify`.' });
}

/** Conservation: the same records in, staged and refused, for the same reasons. */
function requireSame(load: RebuildableLoad, report: Report): void {
  const was = summaryOf(load.judged);
  const is = summaryOf(report);
  if (was === is) return;
  throw cannot(load, {
    expected: was,
    found: is,
    next: 'An engine of another version judges otherwise: rebuild with the version that the run names.',
  });
}

function summaryOf({
  status,
  records_in,
  staged,
  quarantined,
  not_loaded,
  findings_by_code,
}: Report | EventData['file_validated']): string {
  const findings = Object.entries(findings_by_code).sort(([left], [right]) => (left < right ? -1 : 1));
  return JSON.stringify({ status, records_in, staged, quarantined, not_loaded, findings });
}

async function stage(load: RebuildableLoad, outputFolder: string, options: RebuildOptions): Promise<EventData['load_rebuilt']> {
  const { published, judged } = load;
  await options.assertHeld();
  const parts = [];
  for (const part of published.parts) {
    const path = join(outputFolder, 'valid.parquet');
    if (!existsSync(path)) throw cannot(load, { expected: `${String(part.rows)} rows`, found: 'none staged' });
    const { sha256, sizeBytes } = await restore(load, options.store, part.object, path, null);
    parts.push({ object: part.object, rows: part.rows, bytes: sizeBytes, sha256 });
  }
  if (judged.quarantine !== null) {
    // Events state its digest, and nothing else than its bytes would do.
    await restore(load, options.store, judged.quarantine, join(outputFolder, 'quarantine.jsonl'), judged.quarantine_sha256);
  }
  await restoreManifest(load, options.store);
  const identical = parts.every((part, index) => part.sha256 === published.parts[index]?.sha256);
  return { engine_version: options.engineVersion, identical, parts };
}

/** Writes what is missing; what stands there is digested. `sha256` is what it has to be, null where other bytes of the same rows will do. */
async function restore(
  load: RebuildableLoad,
  store: ObjectStore,
  object: string,
  path: string,
  sha256: string | null,
): Promise<{ readonly sha256: string; readonly sizeBytes: number }> {
  const standing = await store.stat(object);
  const digests = standing === undefined ? await digestStream(createReadStream(path)) : await digestObject(store, object);
  if (sha256 !== null && digests.sha256 !== sha256)
    throw cannot(load, { expected: `${object} with sha256 ${sha256}`, found: `sha256 ${digests.sha256}` });
  if (standing === undefined) await store.write(object, createReadStream(path), { ifAbsent: true });
  return digests;
}

async function restoreManifest({ load_id, source, published }: RebuildableLoad, store: ObjectStore): Promise<void> {
  if ((await store.stat(published.manifest)) !== undefined) return;
  const { object, business_date, version, attempt, spec_version, sha256, rows, supersedes } = published;
  // Members in the order in which publish writes them: events sort theirs.
  const parts = published.parts.map((part) => ({ object: part.object, rows: part.rows, bytes: part.bytes, sha256: part.sha256 }));
  const manifest = { load_id, source, object, business_date, version, attempt, spec_version, sha256, rows, parts, supersedes };
  await store.write(published.manifest, Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`), { ifAbsent: true });
}

function cannot(load: RebuildableLoad, say: { readonly expected: string; readonly found: string; readonly next?: string }): MarketsError {
  return new MarketsError('LANE_REBUILD', `The load ${load.load_id} of ${load.published.object} cannot be staged again.`, say);
}

/**
 * An extract as it was known at a moment: the warehouse built anew in a sandbox from the events up to then, and the extract made from it with
 * the as-of time of the one that was written then. The uncompressed bytes come out the same. Nothing of the root is changed.
 */
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { MarketsError } from '../../core/errors/markets-error.ts';
import type { AnyEvent, EventData } from '../../core/events/event.ts';
import { EVENTS_PREFIX } from '../../core/events/event-names.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';

export interface KnownRoot {
  /** A root folder that knows only what was known. */
  readonly folder: string;
  /** The last extract of the date that was written up to then. */
  readonly recorded: EventData['extract_written'] | null;
}

/** Folders that a build reads besides the events; events name their objects, so later ones do no harm. */
const READ_FOLDERS = ['staging', 'quarantine'];

/** `at` is ISO 8601 UTC with 6 digits; `folder` must be new or empty. */
export async function rootKnownAt(store: ObjectStore, folder: string, at: string, date: string): Promise<KnownRoot> {
  let recorded: EventData['extract_written'] | null = null;
  for await (const { name } of store.list(EVENTS_PREFIX)) {
    const known = (await lines(store, name)).filter(({ event }) => event.at <= at);
    for (const { event } of known) {
      if (event.type === 'extract_written' && event.data.date === date) recorded = event.data;
    }
    if (known.length === 0) continue;
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), known.map(({ line }) => `${line}\n`).join(''));
  }
  for (const name of READ_FOLDERS) await linkFolder(store, folder, name);
  return { folder, recorded };
}

async function lines(store: ObjectStore, name: string): Promise<readonly { readonly line: string; readonly event: AnyEvent }[]> {
  const text = (await store.read(name, { maxBytes: Infinity })).toString('utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => ({ line, event: JSON.parse(line) as AnyEvent }));
}

async function linkFolder(store: ObjectStore, folder: string, name: string): Promise<void> {
  for await (const { name: object } of store.list(`${name}/`)) {
    const local = store.localPath(object);
    if (local === undefined) {
      throw new MarketsError('LANE_EXTRACT', 'An extract as known at a moment needs a local root.', { found: store.description });
    }
    await mkdir(folder, { recursive: true });
    await symlink(local.slice(0, -(object.length - name.length)), join(folder, name));
    return;
  }
}

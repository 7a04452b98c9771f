/**
 * The state of a source's history: which files it consists of, and how far it goes. Created if absent, a chain 1, 2, 3 ...; the newest counts, so that readers
 * see whole states only. Files that no manifest names are not there.
 */
import { Type, type Static } from '@sinclair/typebox';
import { MarketsError } from '../errors/markets-error.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { lastOfChain } from './chain-end.ts';
import { CLOSED, COUNT, MOMENT, SEQ, SHA256 } from './object-forms.ts';
import { historyManifestName } from './object-names.ts';
import { storedJson } from './stored-json.ts';

export const HISTORY_MANIFEST_SCHEMA = Type.Object(
  {
    seq: SEQ,
    at: MOMENT,
    source: Type.String(),
    spec_version: Type.String(),
    /** Number of the last committed batch whose records are in. */
    through_batch: COUNT,
    /** By day, then name. */
    files: Type.Array(
      Type.Object(
        {
          object: Type.String(),
          /** UTC day of the event times. */
          day: Type.String({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' }),
          rows: COUNT,
          bytes: COUNT,
          sha256: SHA256,
        },
        CLOSED,
      ),
    ),
    /** Files that the state before had: they go with the state after, so that whoever reads them may end. */
    replaced: Type.Array(Type.String()),
  },
  CLOSED,
);

export type HistoryManifest = Static<typeof HISTORY_MANIFEST_SCHEMA>;
export type HistoryObject = HistoryManifest['files'][number];

const manifests = storedJson({
  schema: HISTORY_MANIFEST_SCHEMA,
  what: 'no manifest of a history',
  expected: 'the JSON of a manifest of a history',
  bytesMax: 64 * 1024 * 1024,
});

/** Key: source and seq. STREAM_STATE where another process wrote that state meanwhile. */
export async function commitHistory(store: ObjectStore, manifest: HistoryManifest): Promise<void> {
  const name = historyManifestName(manifest.source, manifest.seq);
  if ((await manifests.commit(store, name, manifest)) === 'committed') return;
  throw new MarketsError('STREAM_STATE', 'Another process has changed the history meanwhile.', {
    expected: `no object ${name}`,
    found: 'one',
    next: 'Run the command again.',
  });
}

/** null where there is no history yet; STREAM_STATE where the object is no manifest. */
export async function newestHistory(store: ObjectStore, source: string): Promise<HistoryManifest | null> {
  const seq = await lastOfChain(0, async (each) => (await store.stat(historyManifestName(source, each))) !== undefined);
  return seq === 0 ? null : await manifests.read(store, historyManifestName(source, seq));
}

/**
 * The state of a source's history: which files it consists of, and how far it goes. Created if absent, a chain 1, 2, 3 ...; the newest counts, so that readers
 * see whole states only. Files that no manifest names are not there.
 */
import { Type, type Static } from '@sinclair/typebox';
import { Ajv } from 'ajv';
import { isMarketsError, MarketsError } from '../errors/markets-error.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { newestSeq } from './candle-manifest.ts';
import { historyManifestName } from './object-names.ts';

const CLOSED = { additionalProperties: false } as const;
const COUNT = Type.Integer({ minimum: 0 });

export const HISTORY_MANIFEST_SCHEMA = Type.Object(
  {
    seq: Type.Integer({ minimum: 1 }),
    at: Type.String({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[.][0-9]{6}Z$' }),
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
          sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
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

const MANIFEST_BYTES_MAX = 64 * 1024 * 1024;
const check = new Ajv({ strict: false }).compile<HistoryManifest>(HISTORY_MANIFEST_SCHEMA);

/** Key: source and seq. STREAM_STATE where another process wrote that state meanwhile. */
export async function commitHistory(store: ObjectStore, manifest: HistoryManifest): Promise<void> {
  const name = historyManifestName(manifest.source, manifest.seq);
  const bytes = Buffer.from(`${JSON.stringify(manifest)}\n`);
  try {
    await store.write(name, bytes, { ifAbsent: true });
  } catch (error) {
    if (!isMarketsError(error, 'STORE_EXISTS')) throw error;
    if (bytes.equals(await store.read(name, { maxBytes: MANIFEST_BYTES_MAX }))) return;
    throw new MarketsError('STREAM_STATE', 'Another process has changed the history meanwhile.', {
      expected: `no object ${name}`,
      found: 'one',
      next: 'Run the command again.',
    });
  }
}

/** null where there is no history yet; STREAM_STATE where the object is no manifest. */
export async function newestHistory(store: ObjectStore, source: string): Promise<HistoryManifest | null> {
  const seq = await newestSeq(async (candidate) => (await store.stat(historyManifestName(source, candidate))) !== undefined);
  if (seq === 0) return null;
  const name = historyManifestName(source, seq);
  const manifest = parsed((await store.read(name, { maxBytes: MANIFEST_BYTES_MAX })).toString('utf8'));
  if (check(manifest)) return manifest;
  throw new MarketsError('STREAM_STATE', 'An object is no manifest of a history.', {
    expected: 'the JSON of a manifest of a history',
    found: `${name}: ${check.errors?.[0]?.instancePath ?? ''} ${check.errors?.[0]?.message ?? ''}`,
    next: 'Restore the object from the copy of the bucket; nothing may change what lies under control/.',
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

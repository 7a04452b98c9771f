/** A warehouse that is always built and whose extracts are what a test puts into them: what the partner's steps need of one. */
import { createHash } from 'node:crypto';
import type { EventData } from '../../../core/events/event.ts';
import type { ObjectStore } from '../../../core/ports/object-store.ts';
import { extractNames } from '../../extract/extract-names.ts';
import type { WarehouseLane } from '../../run/warehouse-steps.ts';

/** Writes `content` as the extract of a date, with a manifest and a control file. */
export async function writeTestExtract(
  store: ObjectStore,
  date: string,
  content: Uint8Array,
  revision = 1,
): Promise<EventData['extract_written']> {
  const names = extractNames(date, 'jsonl', revision);
  const sha256 = createHash('sha256').update(content).digest('hex');
  await store.write(names.object, content, { overwrite: true });
  await store.write(names.manifest, Buffer.from(`{"sha256":"${sha256}"}\n`), { overwrite: true });
  await store.write(names.control, Buffer.from(`sha256=${sha256}\n`), { overwrite: true });
  const rows = 8;
  const as_of = `${date}T18:00:00.000000Z`;
  return { date, as_of, ...names, rows, bytes: content.length, sha256, uncompressed_sha256: sha256, revision };
}

/** Each date is due once. */
export function extractWarehouse(contents: ReadonlyMap<string, Uint8Array>): WarehouseLane {
  return {
    exists: async () => await Promise.resolve(true),
    transform: async () =>
      await Promise.resolve({
        ...{ status: 'ok', command: 'build', full_refresh: false, models: [], tests_passed: 0, tests_failed: 0, duration_ms: 0 },
      }),
    dueExtracts: ({ state }) => [...contents.keys()].filter((date) => !state.extracts.has(date)),
    extract: async ({ store }, date) => await writeTestExtract(store, date, contents.get(date) ?? Buffer.alloc(0)),
  };
}

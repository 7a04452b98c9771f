/** Whether a build that reads every load has all that it reads. Staged files live 30 days; the archive has the originals. */
import { MarketsError } from '../../core/errors/markets-error.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import type { LaneState, LoadState } from '../state/lane-state.ts';

/** LANE_STAGING_GONE with the business dates that have to be rebuilt first. One listing, however many loads there are. */
export async function requireStaged(store: ObjectStore, state: LaneState): Promise<void> {
  const staged = new Set<string>();
  for await (const { name } of store.list('staging/')) staged.add(name);
  const gone = [...state.loads.values()].filter((load) => load.published && load.parts.some((part) => !staged.has(part)));
  if (gone.length === 0) return;
  const streams = gone.filter((load) => load.is_stream);
  if (streams.length > 0) throw streamsGone(streams);
  const dates = gone.map((load) => load.business_date).sort();
  const [from = ''] = dates;
  const to = dates.at(-1) ?? from;
  throw new MarketsError(
    'LANE_STAGING_GONE',
    `The warehouse cannot be built anew: the staged files of ${String(gone.length)} loads are gone.`,
    {
      expected: 'every published load below staging/',
      found: `loads of ${from} to ${to} without their files`,
      next: `Call \`markets rebuild --from ${from} --to ${to}\`, which stages them again from the archive, then run a cycle.`,
    },
  );
}

/** No file was archived of a stream: what is kept of it is in the warehouse, and in its partitioned history. */
function streamsGone(slices: readonly LoadState[]): MarketsError {
  const sources = [...new Set(slices.map((load) => load.source))].sort();
  return new MarketsError(
    'LANE_STAGING_GONE',
    `The warehouse cannot be built anew: the staged parts of ${String(slices.length)} slices of streams are gone.`,
    {
      expected: 'every published slice below staging/',
      found: `slices of ${sources.join(', ')} without their parts`,
      next: 'Leave the warehouse as it is, or restore it from its copy: streams cannot be staged again (docs/streaming.md).',
    },
  );
}

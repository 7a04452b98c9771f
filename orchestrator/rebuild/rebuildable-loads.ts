/** What the events say of each published load that a rebuild needs: how it was judged, what was staged, where the original lies. Pure. */
import type { AnyEvent, EventData, EventEnvelope } from '../../core/events/event.ts';

export interface RebuildableLoad {
  readonly load_id: string;
  readonly source: string;
  readonly published: EventData['load_published'];
  readonly judged: EventData['file_validated'];
  /** current_timestamp() of the rules when it was judged. */
  readonly now: string;
  /** null where the run that published it ended before it could archive, and no later one did. */
  readonly archived: EventData['object_archived'] | null;
  readonly control: EventData['object_archived'] | null;
}

/** Published loads with a business date from `from` to `to`, both included, in the order in which they were published; replaced ones too: history reads them. */
export function rebuildableLoads(events: readonly AnyEvent[], from: string, to: string): readonly RebuildableLoad[] {
  const nows = new Map<string, string>();
  const judged = new Map<string, EventData['file_validated']>();
  const archived = new Map<string, EventData['object_archived']>();
  const loads = new Map<string, EventEnvelope<'load_published'>>();
  for (const event of events) {
    if (event.type === 'run_started') nows.set(event.run_id, event.data.now);
    if (event.load_id === null) continue;
    if (event.type === 'file_validated') judged.set(event.load_id, event.data);
    if (event.type === 'load_published') loads.set(event.load_id, event);
    if (event.type !== 'object_archived') continue;
    // The first is the load's own; what came later under the same load is a duplicate.
    const key = `${event.data.role} ${event.load_id} ${event.data.sha256}`;
    if (!archived.has(key)) archived.set(key, event.data);
  }
  const controls = controlsOf(events);
  return [...loads.entries()].flatMap(([load_id, event]) => {
    const verdict = judged.get(load_id);
    const { data } = event;
    if (verdict === undefined || event.source === null || data.business_date < from || data.business_date > to) return [];
    return [
      {
        load_id,
        source: event.source,
        published: data,
        judged: verdict,
        now: nows.get(event.run_id) ?? event.at,
        archived: archived.get(`data ${load_id} ${data.sha256}`) ?? null,
        control: controls.get(load_id) ?? null,
      },
    ];
  });
}

/** The control file that was archived with the load's own file; a duplicate that came later has one of its own, which judged nothing. */
function controlsOf(events: readonly AnyEvent[]): ReadonlyMap<string, EventData['object_archived']> {
  const duplicates = new Set(
    events.flatMap((event) => (event.type === 'duplicate_ignored' ? [`${event.run_id} ${event.data.archived_as}`] : [])),
  );
  const controls = new Map<string, EventData['object_archived']>();
  let isOfDuplicate = false;
  for (const event of events) {
    if (event.type !== 'object_archived' || event.load_id === null) continue;
    if (event.data.role === 'data') isOfDuplicate = duplicates.has(`${event.run_id} ${event.data.archived_as}`);
    else if (!isOfDuplicate) controls.set(event.load_id, event.data);
  }
  return controls;
}

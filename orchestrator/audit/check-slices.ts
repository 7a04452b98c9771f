/** No message of a stream is in two loads, as the events say it: slices of a source have no offset in common. */
import type { AnyEvent, EventEnvelope } from '../../core/events/event.ts';
import { rangesOfTexts } from '../../core/stream/offset-ranges.ts';
import type { AuditProblem } from './audit-problem.ts';

interface SlicedRun {
  readonly first: bigint;
  readonly last: bigint;
  readonly event: EventEnvelope<'load_published'>;
}

/** One problem a load that has an offset of another. */
export function checkSlices(events: readonly AnyEvent[]): readonly AuditProblem[] {
  const places = new Map<string, SlicedRun[]>();
  for (const event of events) {
    if (event.type !== 'load_published' || event.data.stream === undefined) continue;
    for (const { kafka_topic, partition, ranges } of event.data.stream.offsets) {
      const key = [event.source, kafka_topic, partition].join('\0');
      const runs = places.get(key) ?? [];
      runs.push(...rangesOfTexts(ranges).map(([first, last]): SlicedRun => ({ first, last, event })));
      places.set(key, runs);
    }
  }
  const problems = new Map<string, AuditProblem>();
  for (const runs of places.values()) {
    for (const { run, other } of overlaps(runs)) {
      const where = `load ${run.event.load_id ?? '?'} (event ${run.event.run_id}/${run.event.writer}/${String(run.event.seq)})`;
      const problem = {
        problem: 'A message of a stream is in two loads.',
        expected: 'one load',
        found: `also in load ${other.event.load_id ?? '?'}`,
      };
      if (!problems.has(where)) problems.set(where, { where, ...problem });
    }
  }
  return [...problems.values()];
}

function overlaps(runs: readonly SlicedRun[]): readonly { readonly run: SlicedRun; readonly other: SlicedRun }[] {
  const found: { run: SlicedRun; other: SlicedRun }[] = [];
  let widest: SlicedRun | undefined;
  for (const run of runs.toSorted((left, right) => (left.first < right.first ? -1 : left.first > right.first ? 1 : 0))) {
    if (widest !== undefined && run.first <= widest.last) found.push({ run, other: widest });
    if (widest === undefined || run.last > widest.last) widest = run;
  }
  return found;
}

/** Which cycles there were, and what arrived in them by source. */
import { renderTable } from '../../framework/table.ts';
import type { FileOutcome } from '../../../orchestrator/run/cycle-result.ts';
import type { DemoCycleOutcome, DemoOutcome } from '../outcome.ts';
import { dayAndTime, heading } from './heading.ts';

export function renderCycles({ cycles }: DemoOutcome, colour: boolean): string {
  const rows = cycles.map((cycle) => [dayAndTime(cycle.now), cycle.title, cycle.files.length, cycle.status, marks(cycle)]);
  return `${heading('THE WEEK, CYCLE BY CYCLE', colour)}\n${renderTable(['at (UTC)', 'what happened', 'files', 'status', ''], rows)}`;
}

/** What is worth a look in a cycle, in few words. */
function marks(cycle: DemoCycleOutcome): string {
  const count = (outcome: FileOutcome['outcome']): number => cycle.files.filter((file) => file.outcome === outcome).length;
  const words: readonly (readonly [number, string])[] = [
    [count('quarantined'), 'with refused rows'],
    [count('failed'), 'refused whole'],
    [count('duplicate'), 'duplicate'],
    [cycle.waiting, 'waiting'],
    [cycle.unclaimed.length, 'unclaimed'],
    [cycle.alerts_opened.length, 'alerts opened'],
    [cycle.alerts_closed.length, 'alerts closed'],
    [cycle.extracts.length, 'extract'],
  ];
  return words.flatMap(([number, word]) => (number > 0 ? [`${number} ${word}`] : [])).join(', ');
}

export function renderArrived({ cycles }: DemoOutcome, colour: boolean): string {
  const files = cycles.flatMap((cycle) => cycle.files);
  const sources = [...new Set(files.map((file) => file.source))].sort();
  const rows = sources.map((source) => {
    const own = files.filter((file) => file.source === source);
    const loaded = own.filter(({ outcome }) => outcome === 'accepted' || outcome === 'quarantined' || outcome === 'resumed');
    const total = (key: 'records_in' | 'staged' | 'quarantined'): number => loaded.reduce((sum, file) => sum + file[key], 0);
    const count = (outcome: FileOutcome['outcome']): number => own.filter((file) => file.outcome === outcome).length;
    return [
      source,
      own.length,
      loaded.length,
      total('records_in'),
      total('staged'),
      total('quarantined'),
      count('failed'),
      count('duplicate'),
    ];
  });
  const titles = ['source', 'files', 'loaded', 'records', 'staged', 'refused', 'files refused', 'duplicates'];
  return `${heading('WHAT ARRIVED', colour)}\n${renderTable(titles, rows)}`;
}

/** What was refused and why, with its place; a few of each code. */
import { FINDINGS } from '../../../core/engine/findings/catalogue.ts';
import { renderTable } from '../../framework/table.ts';
import type { DemoOutcome } from '../outcome.ts';
import type { RefusedRow } from '../../sandbox/refused-rows.ts';
import { dayAndTime, heading } from './heading.ts';

export function renderRefused(outcome: DemoOutcome, colour: boolean): string {
  const shown = oneOfEachCode(outcome.refused);
  const rows = shown.flatMap((row) =>
    row.findings.map((finding, index) => [
      index === 0 ? `${row.file}${row.line === null ? ` record ${row.record}` : `:${row.line}`}` : '',
      index === 0 ? row.byte_offset : null,
      finding.code,
      finding.where,
      finding.found,
    ]),
  );
  const titles = [
    { title: 'file:line' },
    { title: 'byte' },
    { title: 'code' },
    { title: 'column or rule', maxWidth: 40 },
    { title: 'found', maxWidth: 32 },
  ];
  return [
    `${heading('WHAT WAS REFUSED, AND WHY', colour)}   ${outcome.refused.length} rows, the first of each kind:`,
    renderTable(titles, rows),
    ...refusedFiles(outcome),
  ].join('\n');
}

/** The first row of each list of codes. */
function oneOfEachCode(rows: readonly RefusedRow[]): readonly RefusedRow[] {
  const seen = new Set<string>();
  return rows.filter((row) => {
    const key = row.findings.map((finding) => finding.code).join();
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
}

/** A failed file's codes name its bad records too. */
function isFileCode(code: string): boolean {
  return (FINDINGS as Readonly<Record<string, { readonly scope: string }>>)[code]?.scope === 'file';
}

function refusedFiles({ cycles }: DemoOutcome): readonly string[] {
  const failed = cycles.flatMap((cycle) =>
    cycle.files
      .filter((file) => file.outcome === 'failed')
      .map((file) => `refused whole  ${file.object}  ${file.codes.filter(isFileCode).join(', ')}  (${dayAndTime(cycle.now)})`),
  );
  const unclaimed = [...new Set(cycles.flatMap((cycle) => cycle.unclaimed))].map((object) => `left alone     ${object}  no spec claims it`);
  const duplicates = cycles.flatMap((cycle) =>
    cycle.files
      .filter((file) => file.outcome === 'duplicate')
      .map((file) => `not loaded     ${file.object}  a duplicate  (${dayAndTime(cycle.now)})`),
  );
  return [...failed, ...duplicates, ...unclaimed];
}

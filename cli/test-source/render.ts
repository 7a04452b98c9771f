/** The outcome of `markets test-source` for a reader. */
import { renderTable } from '../framework/table.ts';
import type { TestSourceOutcome } from './outcome.ts';

export function renderTestSource(outcome: TestSourceOutcome): string {
  const { source, kafka_topic, object, bytes, good_rows, bad_rows, staged, model, row_count } = outcome;
  const missed = bad_rows.filter((row) => !row.as_intended).length;
  return [
    `${source}: ${object}, ${bytes} bytes, made of ${good_rows} good and ${bad_rows.length} bad rows (seed ${outcome.seed})`,
    ...(kafka_topic === null
      ? []
      : [
          `a stream: its messages are lines of a file here, judged and mapped as they are from the topic ${kafka_topic}; Kafka and Pub/Sub take no part`,
        ]),
    `judged ${outcome.status}${outcome.file_codes.length > 0 ? ` (${outcome.file_codes.join(', ')})` : ''}; ${staged} rows staged`,
    '',
    `REFUSED${missed > 0 ? `   ${missed} NOT AS INTENDED` : ', each for what it was made to break'}`,
    renderRefused(outcome),
    ...outcome.refused_although_good.map(
      (row) =>
        `record ${row.record} was made as a good row and refused: ${row.findings.map(({ code, where }) => `${code} ${where}`).join(', ')}`,
    ),
    '',
    `AT THE END OF THE LANE   ${row_count} rows in ${model}, the first:`,
    renderRows(outcome),
    ...outcome.errors.map(({ step, code, message }) => `error in ${step}: ${code} ${message}`),
  ].join('\n');
}

function renderRefused({ bad_rows }: TestSourceOutcome): string {
  const titles = ['record', 'line', 'made to break', 'found', { title: 'value', maxWidth: 40 }, ''];
  return renderTable(
    titles,
    bad_rows.map(({ record, line, intended, findings, as_intended }) => [
      record,
      line,
      `${intended.code} ${intended.where}`.trim(),
      findings.map(({ code, where }) => `${code} ${where}`.trim()).join(', '),
      findings[0]?.found,
      as_intended ? '' : '<- not as intended',
    ]),
  );
}

/** One column a line, one row a column: rows at the end of the lane are wide. */
function renderRows({ rows }: TestSourceOutcome): string {
  const names = Object.keys(rows[0] ?? {}).filter((name) => rows.some((row) => row[name] !== null));
  return renderTable(
    ['column', ...rows.map((_, index) => ({ title: `row ${index + 1}`, maxWidth: 34 }))],
    names.map((name) => [name, ...rows.map((row) => row[name])]),
  );
}

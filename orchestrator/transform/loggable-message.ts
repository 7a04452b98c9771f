/**
 * What may be logged of a message of dbt. Messages about SQL (a name that is not there, a test with so many results) hold no row; those about a value
 * that does not fit hold it. Both warehouses' are told apart by how a line begins.
 */

/** DuckDB's kinds, and the first words of BigQuery's. */
const ABOUT_A_VALUE = [
  /^(?:Conversion|Constraint|Invalid Input|Out of Range) Error/,
  /^(?:Bad \w+ value|Invalid \w+(?: \w+)?|Could not (?:cast|parse|convert)[^:']*|Failed to parse[^:']*|Error while reading[^:']*)(?=[:'])/,
];
const LINES_MAX = 20;

/** The message with each line about a value cut to its kind, and with nothing of what follows such a line. */
export function loggableMessage(message: string): string {
  const kept: string[] = [];
  for (const line of message.split('\n').slice(0, LINES_MAX)) {
    const text = line.trim();
    const kind = ABOUT_A_VALUE.map((expression) => expression.exec(text)?.[0]).find((found) => found !== undefined);
    if (kind !== undefined) return [...kept, `${kind} (a value of a row; \`make dbt-build\` shows it)`].join('\n');
    kept.push(line);
  }
  return kept.join('\n');
}

/** docs/reference/findings.md and errors.md: the closed lists of codes. */
import { FINDINGS } from '../../core/engine/findings/catalogue.ts';
import { ERROR_CODES } from '../../core/errors/error-codes.ts';
import { page, table } from './markdown.ts';

export function findingsPage(): string {
  const rows = Object.entries(FINDINGS).map(([code, { number, scope, meaning }]) => [String(number), `\`${code}\``, scope, meaning]);
  return page(
    '# Findings',
    'What can be wrong with a record or a file. A code never changes its name or its meaning. A finding on a record puts it into quarantine, a finding on a file fails the file; with severity `warning` both only count.',
    table(['number', 'code', 'about', 'meaning'], rows),
    'How findings go together: `FIELD_COUNT`, `RECORD_UNPARSABLE` and `RECORD_TOO_LONG` stand alone. A column has at most one of `ENCODING_INVALID`, then `NULL_NOT_ALLOWED`, then `TYPE_MISMATCH`; a column that is well typed has every check that fails. A rule is evaluated when none of its columns has an error; `DUPLICATE_KEY` looks at records without any other.',
  );
}

export function errorsPage(): string {
  const rows = Object.entries(ERROR_CODES).map(([code, { exit, retryable, meaning }]) => [
    `\`${code}\``,
    String(exit),
    retryable ? 'yes' : 'no',
    meaning,
  ]);
  return page(
    '# Errors',
    'What can end a command. Bad data is never an error: it is a [finding](findings.md).',
    table(['code', 'exit status', 'may pass by itself', 'meaning'], rows),
  );
}

/** Findings on a whole file. */
import type { Finding } from '../report.ts';
import type { FindingCode } from './catalogue.ts';

interface FileFindingDetails {
  readonly column?: string | null;
  readonly rule?: string | null;
  readonly found?: string | null;
  readonly expected?: string | null;
}

export function fileFinding(code: FindingCode, message: string, details: FileFindingDetails = {}): Finding {
  return {
    code,
    column: details.column ?? null,
    rule: details.rule ?? null,
    found: details.found ?? null,
    expected: details.expected ?? null,
    message,
  };
}

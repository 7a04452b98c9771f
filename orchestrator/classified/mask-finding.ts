/** A finding without the value that it found, where that may be a classified one. */
import type { Finding } from '../../core/engine/report.ts';
import { MASKED } from './classified-columns.ts';

/** A rule reads several columns: its finding is masked as soon as any column is classified. Its message repeats the value. */
export function maskFinding(finding: Finding, classified: ReadonlySet<string>): Finding {
  const isClassified = finding.column === null ? classified.size > 0 : classified.has(finding.column);
  return isClassified && finding.found !== null ? { ...finding, found: MASKED, message: finding.code } : finding;
}

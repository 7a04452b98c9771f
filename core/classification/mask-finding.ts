/** A finding without the value that it found, where that may be a classified one. */
import type { Finding } from '../engine/report.ts';
import { MASKED } from './classified-columns.ts';

/** The finding itself where it tells of one column that is not classified, or where nothing is. */
export function maskFinding(finding: Finding, classified: ReadonlySet<string>): Finding {
  const { found, message } = finding;
  if (classified.size === 0 || isOfOpenColumn(finding, classified) || found === null || found === '') return finding;
  return { ...finding, found: MASKED, message: message.replaceAll(found, MASKED) };
}

/** Rules and keys may show several columns, and what belongs to no column may be anything. */
function isOfOpenColumn({ column, rule, code }: Finding, classified: ReadonlySet<string>): boolean {
  return column !== null && rule === null && code !== 'DUPLICATE_KEY' && code !== 'FIELD_UNKNOWN' && !classified.has(column);
}

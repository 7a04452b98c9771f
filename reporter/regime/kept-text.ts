/**
 * What a regime's version is the hash of, and what is kept so that a report can be made again years later: the bank's own data and the regime's YAML, as one
 * stream of two YAML documents. A change of either is another version.
 */
import { createHash } from 'node:crypto';
import { canonicalJson } from '../../core/events/canonical-json.ts';
import type { ReportingEntity } from './reporting-entity.ts';

const MARK = '\n---\n';

export function keptText(yaml: string, entity: ReportingEntity): string {
  return `${canonicalJson({ entity })}${MARK}${yaml}`;
}

/** sha256 of the kept text, lower-case hex. */
export function versionOf(kept: string): string {
  return createHash('sha256').update(kept, 'utf8').digest('hex');
}

/** The two parts, unchecked; undefined where the text has no two. */
export function splitKeptText(text: string): { readonly entity: unknown; readonly yaml: string } | undefined {
  const at = text.indexOf(MARK);
  if (at < 0) return undefined;
  const { entity } = JSON.parse(text.slice(0, at)) as { readonly entity?: unknown };
  return { entity, yaml: text.slice(at + MARK.length) };
}

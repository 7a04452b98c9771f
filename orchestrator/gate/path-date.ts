/** The business date that a name states, where the spec's path_pattern captures one. */
import type { SourceSpec } from '../../core/spec/source-spec.ts';

/** YYYY-MM-DD, null where the pattern captures none, 'invalid' for a day that does not exist. */
export function pathDate(spec: SourceSpec, object: string): string | null {
  if (!spec.source.path_pattern.captures_business_date) return null;
  const groups = new RegExp(spec.source.path_pattern.regex, 'u').exec(object)?.groups;
  const { year, month, day } = groups ?? {};
  if (year === undefined || month === undefined || day === undefined) return 'invalid';
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  return isDate(date) ? date : 'invalid';
}

export function isDate(text: string): boolean {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

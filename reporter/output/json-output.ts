/**
 * A report as JSON (RFC 8785, one text of one value): members by the fields' keys, decimals and moments as texts, whole numbers too, since receivers read
 * JSON's numbers as floats. A field that is NULL is left out.
 */
import { canonicalJson } from '../../core/events/canonical-json.ts';
import type { PlannedField } from '../regime/regime-plan.ts';
import { fieldText } from '../regime/field-format.ts';
import type { Misfit, Output, ReportContent, ReportField } from './outputs.ts';

type Members = { [name: string]: string | boolean | readonly string[] | Members };

const OWN_KEYS: readonly string[] = ['regime', 'action', 'trn'];

export const JSON_OUTPUT: Output = {
  contentType: 'application/json',
  hasHeader: false,
  mandatory: [],
  misfits: keyMisfits,
  write: ({ regime, action, trn, fields }: ReportContent) => {
    const members: Members = { regime, action, trn };
    for (const each of fields) put(members, each);
    return Buffer.from(canonicalJson(members), 'utf8');
  },
};

function put(members: Members, { field, value }: ReportField): void {
  const key = field.key ?? [];
  const last = key.at(-1);
  if (value === null || last === undefined) return;
  let at = members;
  for (const name of key.slice(0, -1)) {
    const inner = at[name];
    at = typeof inner === 'object' && !Array.isArray(inner) ? (inner as Members) : (at[name] = {});
  }
  const text = fieldText(field.type, value);
  at[last] = typeof value === 'boolean' ? value : field.many ? text.split(',') : text;
}

/** Every field has a place of its own, none within another. */
function keyMisfits(fields: readonly PlannedField[]): readonly Misfit[] {
  const taken = new Set(OWN_KEYS);
  return fields.flatMap(({ number, key }): Misfit[] => {
    const path = key?.join('.') ?? '';
    const isName = /^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$/.test(path);
    const clash = [...taken].find((other) => other === path || other.startsWith(`${path}.`) || path.startsWith(`${other}.`));
    taken.add(path);
    if (!isName) return [{ number, message: 'A field of a JSON report needs its place.', expected: 'key: name, or name.name' }];
    return clash === undefined ? [] : [{ number, message: 'Two fields have one place.', expected: `another key than ${clash}` }];
  });
}

/** Messages at random, one byte of one of them changed at random: that one is refused, and no other. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { specOf } from '../../test-support/spec-of.ts';
import { gapIn, splitBytes } from '../../test-support/split-bytes.ts';
import { RAW_DATA } from './fix-dictionary.ts';

const SOH = '\u0001';
const LENGTH_OF = new Map([...RAW_DATA].map(([length, data]) => [data, length]));
const schema = [
  { name: 'text', locator: { kind: 'tag', tag: 58 } },
  { name: 'parties', type: { kind: 'JSON' }, locator: { kind: 'tag', tag: 453 } },
] as const;
const spec = specOf({ schema, schema_drift: 'discard', source: { format: 'fix', fix: { separator: null, message_types: null } } });

const word = fc.stringMatching(/^[A-Za-z0-9=|. ]{1,6}$/);
const data = fc.stringMatching(/^[\u0001=|8FIX.10\n]{1,12}$/);
const party = fc.record({ id: word, role: fc.option(word), subs: fc.array(word, { maxLength: 2 }) });
const body = fc.record({ text: fc.option(word), parties: fc.array(party, { maxLength: 2 }), raw: fc.option(data), own: fc.option(word) });
type Body = typeof body extends fc.Arbitrary<infer T> ? T : never;

/** The fields of a message in order; what its columns must be. */
function written({ text, parties, raw, own }: Body): { readonly bytes: Buffer; readonly cells: readonly (string | null)[] } {
  const fields = ['35=8', ...(text === null ? [] : [`58=${text}`])];
  if (parties.length > 0) fields.push(`453=${parties.length}`);
  for (const { id, role, subs } of parties) {
    fields.push(`448=${id}`, ...(role === null ? [] : [`452=${role}`]));
    if (subs.length > 0) fields.push(`802=${subs.length}`, ...subs.map((sub) => `523=${sub}`));
  }
  if (raw !== null) fields.push(`${LENGTH_OF.get(96) ?? 0}=${raw.length}`, `96=${raw}`);
  if (own !== null) fields.push(`9001=${own}`);
  const content = fields.map((field) => field + SOH).join('');
  const head = `8=FIX.4.4${SOH}9=${content.length}${SOH}`;
  const sum = Buffer.from(head + content).reduce((total, byte) => total + byte, 0) % 256;
  const json = parties.map(({ id, role, subs }) => {
    const subGroups = subs.map((sub) => `{"523":${JSON.stringify(sub)}}`).join(',');
    return `{"448":${JSON.stringify(id)}${role === null ? '' : `,"452":${JSON.stringify(role)}`}${subs.length === 0 ? '' : `,"802":[${subGroups}]`}}`;
  });
  const bytes = Buffer.from(`${head}${content}10=${String(sum).padStart(3, '0')}${SOH}`);
  return { bytes, cells: [text, parties.length === 0 ? null : `[${json.join(',')}]`] };
}

test('whole messages are read as they were written, back to back or a line each', () => {
  fc.assert(
    fc.property(fc.array(body, { minLength: 1, maxLength: 4 }), fc.constantFrom('', '\n', '\r\n'), (bodies, end) => {
      const messages = bodies.map(written);
      const { heard } = splitBytes(spec, [Buffer.concat(messages.flatMap(({ bytes }) => [bytes, Buffer.from(end)]))]);
      expect(heard.map((each) => (JSON.parse(each) as unknown[])[2])).toEqual(messages.map(({ cells }) => cells));
    }),
    { numRuns: 400 },
  );
});

test('a byte that changes refuses its message and leaves its neighbours', () => {
  const damage = fc.record({
    message: fc.nat(2),
    place: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    by: fc.integer({ min: 1, max: 255 }),
  });
  fc.assert(
    fc.property(fc.array(body, { minLength: 3, maxLength: 3 }), damage, (bodies, { message, place, by }) => {
      const messages = bodies.map(written);
      const bad = Buffer.from(messages[message]?.bytes ?? Buffer.alloc(0));
      const at = Math.floor(place * bad.length);
      bad[at] = ((bad[at] ?? 0) + by) % 256;
      // The last separator may be a line end as well.
      fc.pre(at < bad.length - 1);
      const parts = messages.flatMap(({ bytes }, index) => [index === message ? bad : bytes, Buffer.from('\n')]);
      const whole = Buffer.concat(parts);
      const { heard, stretches } = splitBytes(spec, [whole]);
      expect(gapIn(stretches, whole.length)).toBe(null);
      const read = heard.map((each) => JSON.parse(each) as readonly unknown[]).filter((each) => each.length > 3);
      const others = messages.filter((_, index) => index !== message);
      expect(read.map((each) => each[2])).toEqual(others.map(({ cells }) => cells));
    }),
    { numRuns: 2000 },
  );
});

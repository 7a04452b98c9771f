import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { problemText } from '../../core/spec/spec-problem.ts';
import { loadRegimes, requireRegimes, type LoadedRegimes } from './load-regimes.ts';
import {
  CALENDARS_FOLDER,
  REGIMES_FOLDER,
  SAMPLE_ENTITY,
  sampleEvent,
  sampleReference,
  sampleRequest,
  shippedText,
} from './test-support/sample-report.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regimes-'));
});
afterAll(async () => await rm(folder, { recursive: true, force: true }));

const options = { entity: SAMPLE_ENTITY, calendars: CALENDARS_FOLDER };

async function load(files: Readonly<Record<string, string>>): Promise<LoadedRegimes> {
  const own = await mkdtemp(join(folder, 'each-'));
  for (const [name, text] of Object.entries(files)) await writeFile(join(own, name), text);
  return await loadRegimes(own, options);
}

const NEW_REGIME = `
name: house_ledger
title: Reports to the house
description: Whatever is sold, to the house itself.
short_code: HOUSE
sources: [trade_events]
destination: house
output: json
amendments: replace
needs: []
deadline: { business_days: 2, calendar: XLON, at: '17:30', timezone: Europe/London }
eligibility:
  - { rule: side = 'SELL', reason: BOUGHT }
fields:
  - { number: '1', name: Amount, key: amount, value: quantity * 2, format: DECIMAL-18/2, required_when: 'true' }
  - { number: '2', name: Rest, key: more.rest, value: field_1 - quantity, format: DECIMAL-18/2 }
replies: { duplicate_codes: [], pending_codes: [] }
`;

test('a new regime is one YAML file', async () => {
  const { regimes, problems } = await load({ 'house_ledger.yaml': NEW_REGIME });
  expect(problems.map(problemText)).toEqual([]);
  const regime = regimes[0]!.regime;
  expect([regime.appliesTo('trade_events'), regime.appliesTo('others')]).toEqual([true, false]);
  const request = sampleRequest(regime.shortCode, sampleEvent({ quantity: '1.5' }), sampleReference());
  const built = regime.build(request);
  if (!('report' in built)) throw new Error('expected a report');
  expect(JSON.parse(built.report.bytes.toString('utf8'))).toEqual({
    action: 'NEWT',
    amount: '3',
    more: { rest: '1.5' },
    regime: 'house_ledger',
    trn: request.trn,
  });
  expect(regime.eligible(sampleEvent({ side: 'BUY' }), sampleReference())).toEqual({ eligible: false, reason: 'BOUGHT' });
});

test('the shipped regimes are good', async () => {
  const regimes = await requireRegimes(REGIMES_FOLDER, { ...options, sources: ['trade_events'] });
  expect(regimes.map(({ regime }) => regime.name)).toEqual(['finra_trace', 'rts_1', 'rts_2', 'rts_22']);
});

const wrong = (from: string, to: string): string => {
  if (!NEW_REGIME.includes(from)) throw new Error(`expected ${from} in the regime`);
  return NEW_REGIME.replace(from, to);
};

test.each([
  ['a key that is none', wrong('needs: []', 'need: []'), /house_ledger\.yaml:10:1 need: There is no key need here\.[^]*perhaps needs/],
  [
    'an expression with a column that is none',
    wrong('quantity * 2', 'quantty * 2'),
    /:15:54 fields\[0\]\.value: There is no column quantty[^]*perhaps quantity/,
  ],
  ['a field that comes later', wrong('quantity * 2', 'field_2'), /:15:54 fields\[0\]\.value: There is no column field_2/],
  [
    'a format of another type',
    wrong('DECIMAL-18/2, required', 'DATE, required'),
    /:15:\d+ fields\[0\]\.format: The value is of another type[^]*expected: DATE/,
  ],
  ['a format that is none', wrong('DECIMAL-18/2, required', 'NUMBER, required'), /fields\[0\]\.format: This is no format/],
  ['a value that changes with time', wrong('quantity * 2', 'quantity + extract(day from current_timestamp())'), /the same at any time/],
  ['a rule that is no condition', wrong("side = 'SELL'", 'side'), /:13:13 eligibility\[0\]\.rule: /],
  ['two deadlines', wrong('business_days: 2', 'within: 1m, business_days: 2'), /:11:11 deadline: The deadline is neither/],
  ['a zone that is none', wrong('Europe/London', 'Europe/Londn'), /deadline\.timezone: There is no such time zone/],
  ['a calendar that is not there', wrong('XLON', 'XXLN'), /:11:\d+ deadline\.calendar: There is no calendar of the exchange XXLN/],
  ['a place within another', wrong('more.rest', 'amount.rest'), /:16:\d+ fields\[1\]: Two fields have one place/],
  ['a number twice', wrong("number: '2'", "number: '1'"), /fields\[1\]\.number: There is something of this name already/],
  ['another name than the file', wrong('name: house_ledger', 'name: house'), /:2:7 name: The name of a regime is the name of its file/],
  [
    'a message where there is none',
    wrong('needs: []', 'needs: []\nmessage: { from: entity_lei, to: entity_country }'),
    /message: The header of the message does not go/,
  ],
  ['kind without forms', wrong('value: quantity * 2', 'value: quantity * 2, kind: "\'UNIT\'"'), /kind and forms go together/],
  ['a pattern that is none', wrong('key: amount', "pattern: '[', key: amount"), /pattern: This is no regular expression/],
  [
    'a rule of a field that is none',
    wrong('replies:', "rules: [{ rule: 'true', code: X, field: '9', description: words }]\nreplies:"),
    /rules\[0\]\.field: There is no such field/,
  ],
])('%s is a problem at its place', async (_, text, expected) => {
  const { regimes, problems } = await load({ 'house_ledger.yaml': text });
  expect(regimes).toEqual([]);
  expect(problems.map(problemText).join('\n')).toMatch(expected);
});

test('what the message cannot write is a problem of the regime', async () => {
  const text = shippedText('rts_22');
  const changed = text
    .replace("number: '65'", "number: '66'")
    .replace("kind: coalesce(quantity_notation, 'UNIT')", "kind: coalesce(quantity_notation, 'UNIT') ");
  const { problems } = await load({ 'rts_22.yaml': changed });
  expect(problems.map(problemText).join('\n')).toMatch(/There is no such field|The message has no such field/);
});

test('two regimes whose references could be the same are a problem, and so is a source that is none', async () => {
  const other = NEW_REGIME.replace('name: house_ledger', 'name: other').replace('HOUSE', 'HOUSE2');
  const { problems } = await load({ 'house_ledger.yaml': NEW_REGIME, 'other.yaml': other });
  expect(problems.map(problemText).join('\n')).toMatch(/other\.yaml:5:13 short_code: A short code begins as another one does/);
  const own = await mkdtemp(join(folder, 'each-'));
  await writeFile(join(own, 'house_ledger.yaml'), NEW_REGIME);
  await expect(requireRegimes(own, { ...options, sources: ['others'] })).rejects.toMatchObject({ code: 'REGIME_INVALID' });
  await expect(loadRegimes(join(own, 'none'), options)).rejects.toMatchObject({ code: 'REGIME_NOT_FOUND' });
});

import { expect, test } from 'vitest';
import type { ReportRequest } from './regime.ts';
import { FIELD_CASES } from './test-support/rts-22-field-cases.ts';
import { SCENARIOS, type Scenario, type ScenarioName } from './test-support/rts-22-scenarios.ts';
import { SAMPLE_ENTITY, sampleEvent, sampleReference, sampleRequest, shippedRegime, type Texts } from './test-support/sample-report.ts';
import { xmlLeaves } from './test-support/xml-leaves.ts';

const ROOT = 'BizData/Pyld/Document/FinInstrmRptgTxRpt/Tx/';

function requestOf(name: ScenarioName, changes: Texts = {}): ReportRequest {
  const { event, instrument }: Scenario = SCENARIOS[name];
  return sampleRequest(
    'RTS22',
    sampleEvent({ ...event, ...changes }),
    sampleReference({ instrument: changes['instrument_id'] === null ? null : instrument }),
  );
}

test('there is a case for each of the 65 fields', () => {
  expect(FIELD_CASES.map(({ number }) => number)).toEqual(Array.from({ length: 65 }, (_, index) => index + 1));
});

test.each(Object.keys(SCENARIOS) as ScenarioName[])('the trade %s is reported as it stands', async (name) => {
  const { regime } = await shippedRegime('rts_22');
  const built = regime.build(requestOf(name));
  expect('findings' in built ? built.findings : []).toEqual([]);
});

test.each(FIELD_CASES)('field $number is in the message at $path', async ({ scenario, path, value }) => {
  const { regime } = await shippedRegime('rts_22');
  const built = regime.build(requestOf(scenario));
  if (!('report' in built)) throw new Error('expected a report');
  expect(xmlLeaves(built.report.bytes.toString('utf8'))).toContainEqual({ path: `${ROOT}${path}`, value });
});

test.each(FIELD_CASES)('field $number that is wrong is $code', async ({ number, scenario, wrong, code }) => {
  const { regime } = await shippedRegime('rts_22', { ...SAMPLE_ENTITY, ...('entity' in wrong ? wrong.entity : {}) });
  const built = regime.build({ ...requestOf(scenario, 'event' in wrong ? wrong.event : {}), ...('request' in wrong ? wrong.request : {}) });
  if (!('findings' in built)) throw new Error('expected findings');
  const found = built.findings.find((finding) => finding.code === code);
  expect(found, JSON.stringify(built.findings)).toMatchObject({ field: String(number) });
});

test('a finding tells nothing of the values', async () => {
  const { regime } = await shippedRegime('rts_22');
  const built = regime.build(requestOf('share', { isin: 'DE0007164601', trading_capacity: 'SECRETWORD' }));
  expect(JSON.stringify(built)).not.toMatch(/DE0007164601|SECRETWORD/);
});

import { expect, test } from 'vitest';
import { sampleEvent, sampleReference, sampleRequest, shippedRegime } from './test-support/sample-report.ts';

test('a trade in shares gives a transaction report, the same bytes each time', async () => {
  const { regime } = await shippedRegime('rts_22');
  const event = sampleEvent();
  const reference = sampleReference();
  expect(regime.eligible(event, reference)).toEqual({ eligible: true });
  const built = regime.build(sampleRequest(regime.shortCode, event, reference));
  expect(built).toMatchObject({ report: { contentType: 'application/xml' } });
  if (!('report' in built)) return;
  await expect(built.report.bytes.toString('utf8').replaceAll('><', '>\n<')).toMatchFileSnapshot('golden/rts_22-share.xml');
  const again = regime.build(sampleRequest(regime.shortCode, sampleEvent(), sampleReference()));
  expect(again).toEqual(built);
});

test('its cancellation names it and nothing more', async () => {
  const { regime } = await shippedRegime('rts_22');
  const built = regime.build(sampleRequest(regime.shortCode, sampleEvent(), sampleReference(), 'CANC'));
  if (!('report' in built)) throw new Error('expected a report');
  await expect(built.report.bytes.toString('utf8').replaceAll('><', '>\n<')).toMatchFileSnapshot('golden/rts_22-cancellation.xml');
});

test.each(['rts_1', 'rts_2', 'finra_trace'])('%s gives JSON', async (name) => {
  const { regime } = await shippedRegime(name);
  const isEquity = name === 'rts_1';
  const bond = { instrument: { asset_class: 'BOND', isin: 'US912828U816', instrument_name: 'Treasury note' } };
  const reference = sampleReference(isEquity ? {} : bond);
  const event = sampleEvent({ price_notation: isEquity ? null : 'PERC', otc_post_trade_indicator: 'SIZE,LRGS' });
  expect(regime.eligible(event, reference)).toEqual({ eligible: true });
  const built = regime.build(sampleRequest(regime.shortCode, event, reference));
  if (!('report' in built)) throw new Error(`expected a report, found ${JSON.stringify(built.findings)}`);
  await expect(built.report.bytes.toString('utf8')).toMatchFileSnapshot(`golden/${name}.txt`);
});

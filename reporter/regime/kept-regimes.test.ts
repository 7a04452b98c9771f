import { expect, test } from 'vitest';
import { createMemoryObjectStore } from '../../core/adapters/memory-object-store.ts';
import { keepRegimes, keptRegimeName, readRegime } from './kept-regimes.ts';
import { rebuildReport } from './rebuild-report.ts';
import { SAMPLE_ENTITY, sampleEvent, sampleReference, sampleRequest, shippedRegime } from './test-support/sample-report.ts';

const kept = async () => {
  const { regime } = await shippedRegime('rts_22');
  const store = createMemoryObjectStore();
  await keepRegimes(store, [regime, regime]);
  await keepRegimes(store, [regime]);
  return { regime, store };
};

test('a report is made again byte for byte from the kept text of its regime, for another bank meanwhile', async () => {
  const { regime, store } = await kept();
  const request = sampleRequest(regime.shortCode, sampleEvent(), sampleReference());
  const built = regime.build(request);
  if (!('report' in built)) throw new Error('expected a report');
  const step = { action: request.action, trn: request.trn, regime_version: regime.regimeVersion, payload_sha256: built.report.sha256 };
  const { regime: later } = await shippedRegime('rts_22', { ...SAMPLE_ENTITY, country: 'FR' });
  expect(later.regimeVersion).not.toBe(regime.regimeVersion);
  const then = await readRegime(store, regime.regimeVersion);
  expect(rebuildReport(step, request.event, request.reference, then)).toEqual({ same: true, bytes: built.report.bytes });

  const changed = sampleReference({ counterparty: { counterparty_lei: '529900MARKETSBANK087' } });
  expect(rebuildReport(step, request.event, changed, then)).toMatchObject({ same: false });
  expect(rebuildReport(step, request.event, request.reference, later)).toMatchObject({ same: false });
});

test('one that was never kept, and one that was changed, are errors', async () => {
  const { regime, store } = await kept();
  await expect(readRegime(store, 'f'.repeat(64))).rejects.toMatchObject({ code: 'REGIME_NOT_FOUND' });
  const name = keptRegimeName(regime.regimeVersion);
  await store.write(name, Buffer.from(regime.text.replace('"DE"', '"FR"')), { overwrite: true });
  await expect(readRegime(store, regime.regimeVersion)).rejects.toMatchObject({ code: 'REGIME_INVALID' });
});

import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { SILENT, type Logger } from '../../core/telemetry/logger.ts';
import { logLedgerFailure, watchReference } from './log-troubles.ts';

function listening(): { readonly logger: Logger; readonly lines: string[] } {
  const lines: string[] = [];
  return { lines, logger: { ...SILENT, log: (level, event, fields) => lines.push(`${level} ${event} ${JSON.stringify(fields)}`) } };
}

test('reference data are told to be stale for as long as they are, and not before', async () => {
  const { logger, lines } = listening();
  const state = { alarm: false, failing: null as string | null };
  const watch = watchReference(logger, () => state, 5);
  await wait(40);
  expect(lines).toEqual([]);
  Object.assign(state, { alarm: true, failing: 'WAREHOUSE_MISSING' });
  while (lines.length < 2) await wait(5);
  watch.stop();
  expect(new Set(lines)).toEqual(new Set(['warn reference_stale {"code":"WAREHOUSE_MISSING"}']));
  const told = lines.length;
  await wait(40);
  expect(lines).toHaveLength(told);
});

test('a ledger that fails is told with its code', () => {
  const { logger, lines } = listening();
  logLedgerFailure(logger, { code: 'LEDGER_FAILED' });
  expect(lines).toEqual(['error ledger_failed {"code":"LEDGER_FAILED"}']);
});

import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { marketsJson } from '../../test/support/command-line.ts';
import { createFolderObjectStore } from '../../core/adapters/folder-object-store/folder-object-store.ts';
import { logName } from '../../core/reports/object-names.ts';
import { openLedger } from '../../reporter/ledger/open-ledger.ts';
import { eventOf, instanceOf, MovedTime, received } from '../../reporter/ledger/test-support/ledger-bench.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reporter-ledger-'));
  const ledger = await openLedger({ store: createFolderObjectStore(folder), time: new MovedTime(), instance: instanceOf(1) });
  await ledger.append(received(1));
  await ledger.append({
    kind: 'claimed',
    eventId: eventOf(1),
    reportId: `${eventOf(1)}-rts_22`,
    data: { regime: 'rts_22', step: 1, action: 'NEWT', trn: 'T1', due_at: '2023-01-31T22:59:00.000000Z' },
  });
  await ledger.close();
});
afterEach(async () => await rm(folder, { recursive: true, force: true }));

test('`markets reporter status` says what is open and, once it is due, that it is late', async () => {
  const early = await marketsJson(['--root', folder, 'reporter', 'status', '--now', '2023-01-31T22:00:00Z']);
  expect(early).toMatchObject({ exitCode: 0, data: { open: [{ state: 'claimed', minutes_left: 59 }], running: [{ state: 'ended' }] } });
  const late = await marketsJson(['--root', folder, 'reporter', 'status', '--now', '2023-02-01T00:00:00Z']);
  expect(late).toMatchObject({ exitCode: 1, data: { regimes: [{ regime: 'rts_22', late: 1 }] } });
});

test('`markets reporter verify` finds what was written behind the end of a ledger', async () => {
  expect(await marketsJson(['--root', folder, 'reporter', 'verify'])).toMatchObject({
    exitCode: 0,
    data: { entries: 2, finding_count: 0 },
  });
  await appendFile(join(folder, logName(instanceOf(1))), 'x\n');
  const found = await marketsJson(['--root', folder, 'reporter', 'verify']);
  expect(found).toMatchObject({ exitCode: 2, data: { findings: [{ place: `${logName(instanceOf(1))}:3`, found: 'no JSON' }] } });
});

/**
 * The ledger in buckets: two reporters at once, each event told to both, one of them killed while events come. Entries lie in segments that are created if absent,
 * chains are anchored, the living one takes on what the dead one left, each report is accepted once, and one changed byte is found.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { workFolder } from '../../cli/lane/work-folder.ts';
import { bucketLayout } from '../../core/adapters/gcs-object-store/bucket-layout.ts';
import { noCredentials } from '../../core/adapters/gcs-object-store/credentials.ts';
import { createGcsObjectStore } from '../../core/adapters/gcs-object-store/gcs-object-store.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { ANCHORS, LEDGERS } from '../../core/reports/object-names.ts';
import { verifyReports } from '../../reporter/ledger/verify.ts';
import { startRegulator, type RunningRegulator } from '../../reporter/simulator/start-regulator.ts';
import { FAKE_GCS_SERVER, startFakeGcsServer, type FakeGcsServer } from '../servers/fake-gcs-server.ts';
import { serverOrSkip } from '../servers/server-tool.ts';
import { markets } from '../support/command-line.ts';
import { expectAllReported } from '../support/expect-all-reported.ts';
import { writeReferenceWarehouse } from '../support/reference-warehouse.ts';
import { reportedTrades, type TradeMessage } from '../support/reported-trades.ts';
import { booksOf, ledgersHold, until } from '../support/reporter-outcome.ts';
import { withSettings } from '../support/config-settings.ts';
import { startProgram, writeReporterConfig, type Program } from '../support/reporter-process.ts';

const EVENTS = 300;
/** Of what is told; then one of the two is killed. */
const KILLED_AT = EVENTS / 3;
const SENDERS = 8;
const TRIES_MAX = 200;

serverOrSkip(FAKE_GCS_SERVER, 'reporters with their ledgers in buckets', () => {
  const trades = reportedTrades(EVENTS, new Date(Date.now() - 1000).toISOString());
  const root = `gs://reporters-${randomBytes(6).toString('hex')}`;
  const reporters: Program[] = [];
  let folder: string;
  let server: FakeGcsServer;
  let regulator: RunningRegulator;
  let store: ObjectStore;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'gcs-reporter-'));
    server = await startFakeGcsServer({ buckets: bucketLayout(root).buckets });
    store = createGcsObjectStore({ root, authorize: noCredentials, apiEndpoint: server.endpoint });
    regulator = await startRegulator();
    await writeReferenceWarehouse(workFolder(root));
    const settings = {
      'store.project': 'test-project',
      'store.api_endpoint': server.endpoint,
      'reporter.regimes.on': ['rts_22', 'rts_1'],
      'reporter.ledger.heartbeat_seconds': 2,
      'reporter.ledger.anchor_seconds': 1,
    };
    writeReporterConfig(join(folder, 'config'), regulator.url, (yaml) => withSettings(yaml, settings));
  });
  afterAll(async () => {
    for (const { child } of reporters) child.kill('SIGKILL');
    await regulator.close();
    await server.stop();
    for (const each of [folder, workFolder(root)]) rmSync(each, { recursive: true, force: true });
  });

  const words = (): readonly string[] => ['--root', root, '--config', join(folder, 'config')];
  const names = async (prefix: string): Promise<readonly string[]> => {
    const found: string[] = [];
    for await (const { name } of store.list(prefix)) found.push(name);
    return found;
  };

  /** Until it is taken; nobody is asked again who did not answer because he is gone. */
  async function tell({ body }: TradeMessage, { child, said }: Program): Promise<void> {
    for (let tries = 0; tries < TRIES_MAX && child.signalCode === null; tries += 1) {
      const url = `http://127.0.0.1:${String(said['port'])}/events?source=trade_events`;
      const status = await fetch(url, { method: 'POST', body }).then(
        (response) => response.status,
        () => 0,
      );
      if (status === 202) return;
      if (status !== 503 && status !== 0) throw new Error(`expected the event to be taken, found status ${String(status)}`);
      await wait(50);
    }
  }

  test('agree with the regulator though one is killed, and prove it', { timeout: 300_000 }, async () => {
    const [first, second] = await Promise.all(
      [1, 2].map(async () => await startProgram([...words(), 'reporter', 'serve'], 'reporter_listening')),
    );
    reporters.push(first!, second!);
    const queue = [...trades.messages];
    let told = 0;
    const sender = async (): Promise<void> => {
      for (let message = queue.shift(); message !== undefined; message = queue.shift()) {
        await Promise.all([tell(message, first!), tell(message, second!)]);
        told += 1;
        if (told !== KILLED_AT) continue;
        const exit = once(first!.child, 'exit');
        first!.child.kill('SIGKILL');
        await exit;
      }
    };
    await Promise.all(Array.from({ length: SENDERS }, sender));
    await until(async () => {
      const { received, open } = await ledgersHold(store, trades);
      return received.size >= trades.events.size && open.length === 0;
    });
    // The dead one's ledger is closed by whoever took on what it left.
    await until(async () => (await verifyReports(store)).open === 1);
    expect(await second!.end()).toMatchObject({ exitCode: 0 });

    expectAllReported(trades, await ledgersHold(store, trades), booksOf(regulator));

    const { instances, open, entries, anchors, findings } = await verifyReports(store);
    expect({ instances, open, findings }).toEqual({ instances: 2, open: 0, findings: [] });
    const segments = await names(LEDGERS);
    expect(segments.every((name) => /\/\d{12}\.jsonl$/.test(name))).toBe(true);
    // What comes within a while goes together.
    expect(segments.length).toBeLessThan(entries / 2);
    expect(anchors).toBeGreaterThan(instances);
    expect((await names(ANCHORS)).length).toBe(anchors);
  });

  test('one changed byte in a segment is found, by name', { timeout: 120_000 }, async () => {
    const segments = await names(LEDGERS);
    const name = segments[Math.floor(segments.length / 2)]!;
    const bytes = await store.read(name);
    const changed = Buffer.from(bytes);
    const place = changed.indexOf('"at":"20') + 6;
    changed[place] = changed[place]! ^ 1;
    await store.write(name, changed, { overwrite: true });
    const found = await markets([...words(), 'reporter', 'verify']);
    expect(found.exitCode, found.stderr).toBe(2);
    expect(found.stdout).toContain(name);
    await store.write(name, bytes, { overwrite: true });
    expect((await markets([...words(), 'reporter', 'verify'])).exitCode).toBe(0);
  });
});

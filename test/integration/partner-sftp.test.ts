/**
 * The extract to a partner on OpenSSH's own server, as the configuration describes it, on lines that break: each fault ends clean or right, and
 * the next run heals it.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openPartner } from '../../cli/lane/open-partner.ts';
import { createFolderSecrets } from '../../core/adapters/secrets/folder-secrets.ts';
import { readEnvironment } from '../../cli/framework/environment.ts';
import { parseLaneConfig } from '../../orchestrator/index.ts';
import type { PartnerDelivery } from '../../orchestrator/partner/partner-delivery.ts';
import { extractWarehouse } from '../../orchestrator/partner/test-support/extract-warehouse.ts';
import type { CycleResult } from '../../orchestrator/run/cycle-result.ts';
import { laneBench, type LaneBench } from '../../orchestrator/test-support/lane-bench.ts';
import { laneSpec } from '../../orchestrator/test-support/lane-spec.ts';
import { startCuttingProxy, type CuttingProxy } from '../servers/cutting-proxy.ts';
import { serverOrSkip } from '../servers/server-tool.ts';
import { SSHD, startSshd, type Sshd } from '../servers/sshd.ts';

const DATE = '2023-01-30';
const CONTENT = randomBytes(6_000_000);
const NAME = 'markets_extract_20230130.jsonl.gz';
const FILES = ['ctl', 'jsonl.gz', 'manifest.json'].map((suffix) => `markets_extract_20230130.${suffix}`);
/** Enough for the handshake and half of the file. */
const HALF = 3_000_000;

let sshd: Sshd;
let proxy: CuttingProxy;
let secrets = '';
let lane: LaneBench;

/** `changes` are lines of the block delivery. */
function partner(port: number, ...changes: readonly string[]): PartnerDelivery {
  const lines = [
    ...['environment: local', 'delivery:', '  to: sftp', '  folder: inbox', ...changes.map((line) => `  ${line}`)],
    ...['  sftp:', `    host: ${sshd.host}`, `    port: ${String(port)}`, `    username: ${sshd.username}`],
    ...[
      `    host_keys: ['${sshd.fingerprint}']`,
      '    private_key: {secret: partner-sftp-key}',
      '    passphrase: {secret: partner-sftp-passphrase}',
    ],
  ];
  const opened = openPartner(parseLaneConfig(lines.join('\n'), 'local.yaml'), createFolderSecrets(secrets), readEnvironment());
  if (opened === null) throw new Error('expected a partner');
  return opened;
}

async function cycle(hour: number, to: PartnerDelivery | null): Promise<CycleResult> {
  const warehouse = extractWarehouse(new Map([[DATE, CONTENT]]));
  return await lane.run(`${DATE}T${String(hour)}:00:00.000000Z`, [laneSpec()], { warehouse, partner: to });
}

async function inbox(): Promise<readonly string[]> {
  return (await readdir(join(sshd.folder, 'inbox'))).sort();
}

async function expectDelivered(): Promise<void> {
  expect(await inbox()).toEqual(FILES);
  expect((await readFile(join(sshd.folder, 'inbox', NAME))).equals(CONTENT)).toBe(true);
  expect(await lane.eventsOf('extract_delivered')).toHaveLength(1);
}

serverOrSkip(SSHD, 'the partner on an OpenSSH server', () => {
  beforeAll(async () => {
    sshd = await startSshd();
    proxy = await startCuttingProxy(sshd);
    secrets = await mkdtemp(join(tmpdir(), 'markets-secrets-'));
    await writeFile(join(secrets, 'partner-sftp-key'), sshd.encryptedKey, { mode: 0o600 });
    await writeFile(join(secrets, 'partner-sftp-passphrase'), `${sshd.passphrase}\n`, { mode: 0o600 });
  });
  afterAll(async () => {
    await proxy.close();
    await sshd.stop();
    await rm(secrets, { recursive: true });
  });
  beforeEach(async () => {
    for (const name of ['inbox', 'outbox']) {
      await rm(join(sshd.folder, name), { recursive: true });
      await mkdir(join(sshd.folder, name));
    }
    lane = laneBench();
    await lane.drop('trades/t_20230130.csv', ['id', '1']);
  });

  test('gets the extract and writes a receipt', async () => {
    const receipts = "receipts: {pattern: '{file}.ok', folder: outbox, timeout_minutes: 60}";
    expect(await cycle(18, partner(sshd.port, receipts))).toMatchObject({ status: 'ok', errors: [] });
    await expectDelivered();
    await writeFile(join(sshd.folder, 'outbox', `${NAME}.ok`), `status=accepted\nbytes=${String(CONTENT.length)}\n`);
    await cycle(19, partner(sshd.port, receipts));
    expect((await lane.eventsOf('extract_receipt'))[0]?.data).toMatchObject({ verdict: 'accepted' });
  });

  test('gets it on a line that is cut: the same run goes on where the upload broke', async () => {
    proxy.cutAfter(HALF, 500_000);
    expect(await cycle(18, partner(proxy.port))).toMatchObject({ status: 'ok', errors: [] });
    await expectDelivered();
    const [event] = await lane.eventsOf('extract_delivered');
    expect(event?.data.attempts).toBe(3);
    expect(event?.data.resumed_bytes).toBeGreaterThan(1_000_000);
  });

  test('gets it from the next run where the line was cut too often', async () => {
    proxy.cutAfter(HALF);
    expect((await cycle(18, partner(proxy.port, 'attempts: 1'))).alerts_opened).toMatchObject([{ kind: 'delivery_failed' }]);
    expect((await inbox()).every((name) => name.endsWith('.part'))).toBe(true);
    expect((await cycle(19, partner(proxy.port, 'attempts: 1'))).alerts_closed).toHaveLength(1);
    await expectDelivered();
  });

  test('that stalls costs the time limit, and the next run heals it', async () => {
    const stalled = partner(proxy.port, 'attempts: 1', 'timeout_seconds: 1');
    proxy.stall();
    expect((await cycle(18, stalled)).errors).toMatchObject([{ code: 'REMOTE_UNAVAILABLE' }]);
    proxy.flow();
    await cycle(19, stalled);
    await expectDelivered();
  });

  test('that is down, and then back', async () => {
    await sshd.kill();
    try {
      expect((await cycle(18, partner(sshd.port, 'attempts: 2'))).errors).toMatchObject([{ code: 'REMOTE_UNAVAILABLE' }]);
    } finally {
      await sshd.start();
    }
    await cycle(19, partner(sshd.port));
    await expectDelivered();
  });

  test('whose key was changed is told nothing, loudly', async () => {
    const known = partner(sshd.port);
    await sshd.changeHostKey();
    await sshd.kill();
    await sshd.start();
    const result = await cycle(18, known);
    expect(result).toMatchObject({ status: 'failed', errors: [{ code: 'REMOTE_HOST_KEY' }] });
    expect(result.alerts_opened).toMatchObject([{ kind: 'delivery_failed', severity: 'P1' }]);
    expect(await inbox()).toEqual([]);
    await sshd.stop();
    await proxy.close();
    sshd = await startSshd();
    proxy = await startCuttingProxy(sshd);
    await writeFile(join(secrets, 'partner-sftp-key'), sshd.encryptedKey, { mode: 0o600 });
  });

  test('whose disk is full is refused to be called delivered', async () => {
    const full = await startSshd({ fileBlocksMax: 1024 });
    try {
      const key = await readFile(join(secrets, 'partner-sftp-key'));
      await writeFile(join(secrets, 'partner-sftp-key'), full.encryptedKey);
      const there = sshd;
      sshd = full;
      const result = await cycle(18, partner(full.port)).finally(() => (sshd = there));
      await writeFile(join(secrets, 'partner-sftp-key'), key);
      expect(result.errors).toMatchObject([{ code: 'REMOTE_REFUSED' }]);
      expect((await readdir(join(full.folder, 'inbox'))).every((name) => name.endsWith('.part'))).toBe(true);
    } finally {
      await full.stop();
    }
    await cycle(19, partner(sshd.port));
    await expectDelivered();
  });

  test('gets it whole from two at once, on lines that are cut', async () => {
    const other = laneBench();
    await other.drop('trades/t_20230130.csv', ['id', '1']);
    const warehouse = extractWarehouse(new Map([[DATE, CONTENT]]));
    proxy.cutAfter(HALF, 1_000_000, 2_000_000);
    const run = async (bench: LaneBench, hour: number): Promise<CycleResult> =>
      await bench.run(`${DATE}T${String(hour)}:00:00.000000Z`, [laneSpec()], { warehouse, partner: partner(proxy.port) });
    await Promise.all([run(lane, 18), run(other, 18)]);
    for (const bench of [lane, other]) {
      await run(bench, 19);
      expect(await bench.eventsOf('extract_delivered')).toHaveLength(1);
    }
    await expectDelivered();
  });
});

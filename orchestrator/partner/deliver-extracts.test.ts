import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { createLocalRemoteFolder } from '../../core/adapters/local-remote-folder/local-remote-folder.ts';
import { publishedSchemas } from '../../core/events/event-schema.ts';
import { MarketsError } from '../../core/errors/markets-error.ts';
import type { RemoteFolder } from '../../core/ports/remote-folder.ts';
import { verifyAudit } from '../audit/verify.ts';
import type { CycleResult } from '../run/cycle-result.ts';
import { laneStatus } from '../status/lane-status.ts';
import { laneBench, type LaneBench } from '../test-support/lane-bench.ts';
import { laneSpec } from '../test-support/lane-spec.ts';
import type { PartnerDelivery } from './partner-delivery.ts';
import { breakingRemote } from './test-support/breaking-remote.ts';
import { extractWarehouse } from './test-support/extract-warehouse.ts';

const made: string[] = [];
afterAll(async () => {
  for (const folder of made) await rm(folder, { recursive: true });
});

const DATE = '2023-01-30';
const CONTENT = Buffer.from('{"trade_id":"1"}\n'.repeat(1000));
const FILES = ['ctl', 'jsonl.gz', 'manifest.json'].map((suffix) => `markets_extract_20230130.${suffix}`);
const NAME = 'markets_extract_20230130.jsonl.gz';

let folder = '';
let lane: LaneBench;
let ids = 0;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'markets-partner-'));
  made.push(folder);
  await mkdir(join(folder, 'inbox'));
  await mkdir(join(folder, 'outbox'));
  lane = laneBench();
  await lane.drop('trades/t_20230130.csv', ['id', '1']);
});

function partner(changes: Partial<PartnerDelivery> = {}): PartnerDelivery {
  return {
    partner: 'surveillance',
    remote: createLocalRemoteFolder(folder),
    ...{ folder: 'inbox', verify: 'read_back', attempts: 1, catchUpDays: 7, receipts: null },
    newId: () =>
      String((ids += 1))
        .padStart(8, '0')
        .padEnd(32, '0'),
    ...changes,
  };
}

async function cycle(hour: number, to: PartnerDelivery | null, day = DATE): Promise<CycleResult> {
  const warehouse = extractWarehouse(new Map([[DATE, CONTENT]]));
  return await lane.run(`${day}T${String(hour).padStart(2, '0')}:00:00.000000Z`, [laneSpec()], { warehouse, partner: to });
}

async function inbox(): Promise<readonly string[]> {
  return (await readdir(join(folder, 'inbox'))).sort();
}

async function theirCopy(): Promise<Buffer> {
  return await readFile(join(folder, 'inbox', NAME));
}

function failing(error: MarketsError): RemoteFolder {
  return { description: 'away', connect: async () => await Promise.reject(error) };
}

describe('the extract of a day', () => {
  it('goes to the partner once, with its manifest and its control file', async () => {
    expect(await cycle(18, partner())).toMatchObject({ status: 'ok', delivered: [`extracts/${DATE}/${NAME}`] });
    expect(await inbox()).toEqual(FILES);
    expect(await theirCopy()).toEqual(CONTENT);
    // The partner has taken it: it is not sent again.
    await rm(join(folder, 'inbox', NAME));
    expect(await cycle(19, partner())).toMatchObject({ status: 'ok', delivered: [] });
    expect(await inbox()).not.toContain(NAME);
    const [event] = await lane.eventsOf('extract_delivered');
    expect(event?.data).toMatchObject({ date: DATE, revision: 1, partner: 'surveillance', attempts: 1, already_there: false });
    expect(event?.data.files.map(({ name }) => name)).toEqual([
      NAME,
      'markets_extract_20230130.manifest.json',
      'markets_extract_20230130.ctl',
    ]);
  });

  it('is shown by the status', async () => {
    await cycle(18, partner());
    const status = await laneStatus({ store: lane.store, specs: [], wallClock: `${DATE}T19:00:00.000000Z` });
    expect(status.last_extract).toMatchObject({ delivered_at: `${DATE}T18:00:00.000000Z`, receipt: 'not_expected' });
  });

  it('is made up for within the days to catch up, and not after', async () => {
    await cycle(18, null);
    expect(await cycle(9, partner(), '2023-02-07')).toMatchObject({ delivered: [] });
    expect(await cycle(9, partner(), '2023-02-06')).toMatchObject({ delivered: [`extracts/${DATE}/${NAME}`] });
  });

  it('is an alert where it cannot be sent, until it is', async () => {
    const away = partner({ remote: failing(new MarketsError('REMOTE_UNAVAILABLE', 'Nobody there.')), attempts: 3 });
    const result = await cycle(18, away);
    expect(result).toMatchObject({ status: 'failed', errors: [{ step: 'deliver_extract', code: 'REMOTE_UNAVAILABLE' }] });
    expect(result.alerts_opened).toMatchObject([{ kind: 'delivery_failed', severity: 'P1', business_date: DATE }]);
    expect((await lane.eventsOf('extract_delivery_failed'))[0]?.data).toMatchObject({ code: 'REMOTE_UNAVAILABLE', attempts: 3 });
    expect((await cycle(19, partner())).alerts_closed).toHaveLength(1);
    expect(await inbox()).toEqual(FILES);
  });

  it.each(['REMOTE_HOST_KEY', 'REMOTE_AUTHENTICATION', 'REMOTE_REFUSED', 'SECRET_MISSING'] as const)(
    'is not tried again after %s',
    async (code) => {
      await cycle(18, partner({ remote: failing(new MarketsError(code, 'No.')), attempts: 5 }));
      expect((await lane.eventsOf('extract_delivery_failed'))[0]?.data).toMatchObject({ code, attempts: 1 });
    },
  );

  it('never takes the place of other bytes', async () => {
    await writeFile(join(folder, 'inbox', NAME), 'something else');
    const result = await cycle(18, partner());
    expect(result.errors).toMatchObject([{ code: 'REMOTE_CONFLICT' }]);
    expect(await inbox()).toEqual([NAME]);
    expect((await theirCopy()).toString()).toBe('something else');
  });

  it('is found where an earlier run had sent it before it could say so', async () => {
    await cycle(18, null);
    for (const suffix of ['jsonl.gz', 'manifest.json', 'ctl']) {
      const name = `markets_extract_20230130.${suffix}`;
      await writeFile(join(folder, 'inbox', name), await lane.store.read(`extracts/${DATE}/${name}`));
    }
    await cycle(19, partner());
    expect((await lane.eventsOf('extract_delivered'))[0]?.data).toMatchObject({ already_there: true });
  });

  it('is not sent where our own copy is not what was recorded', async () => {
    await cycle(18, null);
    await lane.store.write(`extracts/${DATE}/${NAME}`, Buffer.from('changed'), { overwrite: true });
    expect((await cycle(19, partner())).errors).toMatchObject([{ code: 'LANE_EXTRACT' }]);
    expect(await inbox()).toEqual([]);
  });

  it('is whole when two send it at once', async () => {
    const other = laneBench();
    await other.drop('trades/t_20230130.csv', ['id', '1']);
    const warehouse = extractWarehouse(new Map([[DATE, CONTENT]]));
    const now = `${DATE}T18:00:00.000000Z`;
    const ends = await Promise.all([
      lane.run(now, [laneSpec()], { warehouse, partner: partner({ attempts: 4 }) }),
      other.run(now, [laneSpec()], { warehouse, partner: partner({ attempts: 4 }) }),
    ]);
    // One may find its upload taken over each time that it tries; the next run then finds all there.
    for (const { errors } of ends) expect(errors.filter(({ code }) => code !== 'REMOTE_UNAVAILABLE')).toEqual([]);
    for (const one of [lane, other]) {
      await one.run(`${DATE}T19:00:00.000000Z`, [laneSpec()], { warehouse, partner: partner() });
      expect((await one.eventsOf('extract_delivered')).length).toBe(1);
    }
    expect(await inbox()).toEqual(FILES);
    expect(await theirCopy()).toEqual(CONTENT);
  });
});

describe('an upload that broke off', () => {
  it('goes on where what is there is a beginning of the file', async () => {
    await cycle(18, partner({ remote: breakingRemote(createLocalRemoteFolder(folder), 4, 'half').remote }));
    const [part] = await inbox();
    expect(part).toMatch(/^markets_extract_20230130\.jsonl\.gz\.[0-9a-f]{16}\.[0-9]{8}\.part$/);
    await cycle(19, partner());
    expect((await lane.eventsOf('extract_delivered'))[0]?.data).toMatchObject({ resumed_bytes: CONTENT.length / 2 });
    expect(await inbox()).toEqual(FILES);
    expect(await theirCopy()).toEqual(CONTENT);
  });

  it.each([
    ['has holes', Buffer.concat([Buffer.alloc(100), CONTENT.subarray(100, 4000)])],
    ['is longer than the file', Buffer.concat([CONTENT, Buffer.from('more')])],
    ['is empty', Buffer.alloc(0)],
  ])('is sent anew where what is there %s', async (_what, left) => {
    await cycle(18, null);
    const sha256 = (await lane.eventsOf('extract_written'))[0]?.data.sha256 ?? '';
    await writeFile(join(folder, 'inbox', `${NAME}.${sha256.slice(0, 16)}.0badcafe.part`), left);
    await cycle(19, partner());
    expect((await lane.eventsOf('extract_delivered'))[0]?.data).toMatchObject({ resumed_bytes: 0 });
    expect(await inbox()).toEqual(FILES);
    expect(await theirCopy()).toEqual(CONTENT);
  });

  it('is sent anew where the folder may not be read', async () => {
    await cycle(18, partner({ verify: 'size', remote: breakingRemote(createLocalRemoteFolder(folder), 3, 'half').remote }));
    await cycle(19, partner({ verify: 'size' }));
    expect(await theirCopy()).toEqual(CONTENT);
    expect((await lane.eventsOf('extract_delivered'))[0]?.data).toMatchObject({ resumed_bytes: 0, verified: 'size' });
  });

  it('is healed by the next run wherever it broke', async () => {
    const whole = breakingRemote(createLocalRemoteFolder(folder), Infinity, 'before');
    await cycle(18, partner({ remote: whole.remote }));
    const count = whole.operations();
    expect(count).toBeGreaterThan(15);
    for (const when of ['before', 'after', 'half'] as const) {
      for (let at = 1; at <= count; at += 1) {
        await rm(join(folder, 'inbox'), { recursive: true });
        await mkdir(join(folder, 'inbox'));
        lane = laneBench();
        await cycle(18, partner({ remote: breakingRemote(createLocalRemoteFolder(folder), at, when).remote }));
        // The control file says that the others are whole: it is there only when they are.
        if ((await inbox()).includes('markets_extract_20230130.ctl')) expect(await theirCopy(), `${when} ${String(at)}`).toEqual(CONTENT);
        await cycle(19, partner());
        expect(await inbox(), `${when} ${String(at)}`).toEqual(FILES);
        expect(await theirCopy()).toEqual(CONTENT);
        expect(await lane.eventsOf('extract_delivered')).toHaveLength(1);
      }
    }
  });
});

describe('a receipt', () => {
  const receipts = { pattern: '{file}.receipt', folder: 'outbox', timeoutMinutes: 120 };
  const receipt = async (text: string): Promise<void> => await writeFile(join(folder, 'outbox', `${NAME}.receipt`), text);

  it('is an alert when it does not come in time, and heals it when it comes', async () => {
    await cycle(18, partner({ receipts }));
    expect((await cycle(20, partner({ receipts }))).alerts_opened).toEqual([]);
    expect((await cycle(21, partner({ receipts }))).alerts_opened).toMatchObject([{ kind: 'receipt_missing', severity: 'P2' }]);
    await receipt(`status=ACCEPTED\nrows=8\nbytes=${String(CONTENT.length)}\n`);
    expect((await cycle(22, partner({ receipts }))).alerts_closed).toHaveLength(1);
    const status = await laneStatus({ store: lane.store, specs: [], wallClock: '' });
    expect(status.last_extract?.receipt).toBe('accepted');
    await cycle(23, partner({ receipts }));
    expect(await lane.eventsOf('extract_receipt')).toHaveLength(1);
    expect((await verifyAudit(lane.store)).problems).toEqual([]);
  });

  it('that says otherwise is an alert, until another one agrees', async () => {
    await cycle(18, partner({ receipts }));
    await receipt(JSON.stringify({ status: 'rejected', rows: 7, sha256: 'abc', file: NAME }));
    const result = await cycle(19, partner({ receipts }));
    expect(result.alerts_opened).toMatchObject([{ kind: 'receipt_contradicts', severity: 'P1' }]);
    expect(result.alerts_opened[0]?.message).toContain('rows, sha256, status');
    await receipt(JSON.stringify({ status: 'accepted', rows: 8 }));
    expect((await cycle(20, partner({ receipts }))).alerts_closed).toHaveLength(1);
    const isEvent = new Ajv2020({ strict: false }).compile(publishedSchemas()['event.schema.json'] ?? {});
    for (const event of await lane.events()) expect(isEvent(event), event.type).toBe(true);
  });

  it.each(['', 'no words that are known', '{"broken": ', '{}', 'a=b\n'])(
    'that says nothing is none, or is unreadable: %j',
    async (text) => {
      await cycle(18, partner({ receipts }));
      await receipt(text);
      await cycle(19, partner({ receipts }));
      const events = await lane.eventsOf('extract_receipt');
      expect(events.map(({ data }) => data.problems)).toEqual(text === '' ? [] : [['unreadable']]);
    },
  );
});

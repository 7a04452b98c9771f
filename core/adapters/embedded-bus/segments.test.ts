import { spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readUntil } from '../../ports/message-log.contract.ts';
import type { LogMessage, MessageLog, NewLogMessage } from '../../ports/message-log.ts';
import { openEmbeddedMessageLog } from './embedded-message-log.ts';
import type { EmbeddedBusTimes } from './limits.ts';

const SENDER = fileURLToPath(new URL('test-support/sender.ts', import.meta.url));
const TOPIC = 'trades';
let folder = '';
const logs: MessageLog[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'segments-'));
});
afterEach(async () => {
  for (const log of logs.splice(0)) await log.close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(segmentBytesMax?: number, times: Partial<EmbeddedBusTimes> = {}): Promise<MessageLog> {
  const log = openEmbeddedMessageLog({
    folder,
    times: { heartbeatMs: 50, ...times },
    ...(segmentBytesMax === undefined ? {} : { segmentBytesMax }),
  });
  logs.push(log);
  await log.createTopic(TOPIC, 1);
  return log;
}

const numbered = (from: number, to: number): NewLogMessage[] =>
  Array.from({ length: to - from }, (_, index) => ({ topic: TOPIC, value: Buffer.from(String(from + index)) }));

async function send(log: MessageLog, messages: readonly NewLogMessage[]): Promise<void> {
  await (await log.producer({ clientId: 'test' })).send(messages);
}

async function readAll(log: MessageLog, count: number, group = 'all'): Promise<readonly LogMessage[]> {
  const consumer = await log.consumer({ group, topics: [TOPIC], clientId: 'test', from: 'earliest' });
  const read: LogMessage[] = [];
  await readUntil(consumer, read, () => read.length >= count);
  await consumer.close();
  return read;
}

const textOf = (read: readonly LogMessage[]): string[] => read.map(({ value }) => Buffer.from(value ?? []).toString());
const segments = (): string[] =>
  readdirSync(join(folder, TOPIC, '00000'))
    .filter((name) => name.endsWith('.segment'))
    .sort()
    .map((name) => join(folder, TOPIC, '00000', name));

test(
  'what processes that are killed had sent for good is there once and in order, and offsets have no hole',
  { timeout: 60_000 },
  async () => {
    const log = await open(50_000);
    const sent = await Promise.all(['one', 'two', 'three'].map(async (name) => await sendUntilKilled(name)));
    const counts = new Map(sent);
    const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
    expect(total).toBeGreaterThan(1000);
    await send(log, numbered(0, 1));
    const read = await readAll(log, total + 1);
    expect(read.map(({ offset }) => offset)).toEqual(read.map((_, index) => BigInt(index)));
    for (const [name, durable] of counts) {
      const own = textOf(read).filter((text) => text.startsWith(`${name} `));
      expect(own.length).toBeGreaterThanOrEqual(durable);
      expect(own).toEqual(own.map((_, index) => `${name} ${String(index)}`));
    }
    expect(segments().length).toBeGreaterThan(2);
  },
);

async function sendUntilKilled(name: string): Promise<readonly [name: string, durable: number]> {
  const child = spawn(process.execPath, [SENDER, folder, TOPIC, name, '50000'], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    if (output.length > 200) child.kill('SIGKILL');
  });
  await new Promise((resolve) => child.once('close', resolve));
  return [name, Number(output.slice(0, output.lastIndexOf('\n')).split('\n').at(-1))];
}

test.each([
  ['half a batch', (path: string) => truncateSync(path, statSync(path).size - 3)],
  ['half a header', (path: string) => appendFileSync(path, Buffer.from('MUS1abc'))],
  ['zeros', (path: string) => appendFileSync(path, Buffer.alloc(5000))],
  ['random bytes', (path: string) => appendFileSync(path, Buffer.from('nothing of ours '.repeat(100)))],
])('%s at the end, as a crash leaves it, is cut by the next writer and never read', async (_, damage) => {
  const before = await open();
  await send(before, numbered(0, 10));
  await send(before, numbered(10, 20));
  await before.close();
  logs.pop();
  const [segment = ''] = segments();
  const size = statSync(segment).size;
  damage(segment);
  const isShort = statSync(segment).size < size;
  const log = await open();
  const left = isShort ? 10 : 20;
  expect(await readAll(log, left)).toHaveLength(left);
  await send(log, numbered(50, 52));
  const read = await readAll(log, left + 2, 'again');
  expect(textOf(read).slice(left)).toEqual(['50', '51']);
  expect(read.at(-1)?.offset).toBe(BigInt(left + 1));
});

test('damage with good batches behind it is refused by writers and readers, and nothing is cut', async () => {
  const before = await open();
  for (let index = 0; index < 5; index++) await send(before, numbered(index, index + 1));
  await before.close();
  logs.pop();
  const [segment = ''] = segments();
  const bytes = readFileSync(segment);
  bytes[60] = (bytes[60] ?? 0) ^ 0xff;
  writeFileSync(segment, bytes);
  const log = await open();
  await expect(send(log, numbered(9, 10))).rejects.toMatchObject({ code: 'STREAM_STATE' });
  expect(readFileSync(segment).equals(bytes)).toBe(true);
  await expect(readAll(log, 5)).rejects.toMatchObject({ code: 'STREAM_STATE' });
});

test('closed segments go when they are old, or too much and read by every group; a late reader begins behind them', async () => {
  const times = { retentionBytes: 20_000, retentionMs: 3_600_000 };
  const log = await open(5_000, times);
  const reader = await log.consumer({ group: 'slow', topics: [TOPIC], clientId: 'test', from: 'earliest' });
  await reader.commit([{ topic: TOPIC, partition: 0, offset: 0n }]);
  for (let index = 0; index < 40; index++) await send(log, numbered(index * 100, index * 100 + 100));
  const unread = segments().length;
  expect(unread).toBeGreaterThan(10);
  await reader.commit([{ topic: TOPIC, partition: 0, offset: 3000n }]);
  for (let index = 40; index < 44; index++) await send(log, numbered(index * 100, index * 100 + 100));
  expect(segments().length).toBeLessThan(unread);
  for (const segment of segments()) utimesSync(segment, 0, 0);
  for (let index = 44; index < 48; index++) await send(log, numbered(index * 100, index * 100 + 100));
  expect(segments().length).toBeLessThan(5);
  const first = BigInt(/(\d+)\.segment$/.exec(segments()[0] ?? '')?.[1] ?? '-1');
  const [oldest] = await readAll(log, 1, 'later');
  expect(oldest?.offset).toBe(first);
  expect(first).toBeGreaterThan(3000n);
  await reader.close();
});

test('a message larger than any reader takes is refused, and a name that is no topic never becomes a path', async () => {
  const log = await open();
  const large = { topic: TOPIC, value: Buffer.alloc(17 * 1024 * 1024) };
  await expect(send(log, [large])).rejects.toMatchObject({ code: 'STREAM_STATE' });
  await send(log, [{ topic: TOPIC, value: Buffer.alloc(15 * 1024 * 1024, 7) }, ...numbered(0, 2)]);
  expect((await readAll(log, 3)).map(({ value }) => value?.length)).toEqual([15 * 1024 * 1024, 1, 1]);
  for (const name of ['..', 'a/b', '', '.']) await expect(log.createTopic(name, 1)).rejects.toMatchObject({ code: 'STREAM_TOPIC_MISSING' });
});

test('a member that says nothing for too long loses its partitions, and what it commits later is passed over', async () => {
  const patient = await open(undefined, { sessionMs: 1_000_000, heartbeatMs: 1_000_000 });
  await send(patient, numbered(0, 10));
  const silent = await patient.consumer({ group: 'g', topics: [TOPIC], clientId: 'silent', from: 'earliest' });
  expect(silent.assignment()).toHaveLength(1);
  const other = await open(undefined, { sessionMs: 50, heartbeatMs: 20 });
  const next = await other.consumer({ group: 'g', topics: [TOPIC], clientId: 'next', from: 'earliest' });
  await expect.poll(() => next.assignment().length, { timeout: 10_000 }).toBe(1);
  await next.commit([{ topic: TOPIC, partition: 0, offset: 7n }]);
  await silent.commit([{ topic: TOPIC, partition: 0, offset: 3n }]);
  await next.close();
  const read = await readAll(other, 3, 'g');
  expect(read[0]?.offset).toBe(7n);
});

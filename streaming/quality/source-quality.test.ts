import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openEmbeddedMessageLog } from '../../core/adapters/embedded-bus/embedded-message-log.ts';
import { createMemoryObjectStore } from '../../core/adapters/memory-object-store.ts';
import { createMessageChecker } from '../../core/engine/message-checker.ts';
import { MarketsError } from '../../core/errors/markets-error.ts';
import type { MessageLog } from '../../core/ports/message-log.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { loadSpecs } from '../../core/spec/load-specs.ts';
import type { SourceSpec } from '../../core/spec/source-spec.ts';
import { newestFindingsManifest } from '../../core/stream/findings-manifest.ts';
import { SILENT } from '../../core/telemetry/logger.ts';
import { createSimulation, topicSink, type SimulatedMessage } from '../simulate/index.ts';
import { PartitionQuality } from './partition-quality.ts';
import { qualityColumns } from './quality-columns.ts';
import { QUALITY_LIMITS, type QualityParts } from './quality-parts.ts';
import { SourceQuality } from './source-quality.ts';

const SPECS = fileURLToPath(new URL('../../source_specs', import.meta.url));
const FAULTS = { corrupt: 0.05, duplicate: 0.03, late: 0.02, future: 0.02, negative: 0.02, fat_finger: 0.02, drop: 0.01 };
let folder = '';
let log: MessageLog;
let spec: SourceSpec;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'source-quality-'));
  log = openEmbeddedMessageLog({ folder: join(folder, 'log') });
  spec = (await loadSpecs(SPECS)).specs.find(({ name }) => name === 'exchange_trades')!;
});
afterEach(async () => {
  await log.close();
  await rm(folder, { recursive: true, force: true });
});

function partsOf(store: ObjectStore, writer: string): QualityParts {
  const time = { nowMs: () => Date.now() };
  return { log, store, spec, time, writer, logger: SILENT, limits: QUALITY_LIMITS, group: 'quality', scratch: folder };
}

/** One partition, so that offsets are positions. */
async function simulated(
  count: number,
): Promise<{ readonly messages: readonly SimulatedMessage[]; readonly send: (from: number, to: number) => Promise<void> }> {
  const topic = spec.stream!.kafka_topic;
  await log.createTopic(topic, 1);
  const clock = { startMicros: Date.parse('2026-01-05T08:00:00Z') * 1000, eventsPerSecond: 20 };
  const simulation = createSimulation({ stream: 'trades', seed: 9, clock, count, instruments: 4, faults: FAULTS });
  const messages = Array.from({ length: count }, () => simulation.next()!);
  return {
    messages,
    send: async (from, to) => {
      const sink = topicSink({ producer: await log.producer({ clientId: 'test' }), topic, description: '', eventTimestamps: true });
      await sink.send(messages.slice(from, to));
      await sink.close();
    },
  };
}

/** Findings by check, as one look at all messages gives them. */
function expectedFindings(messages: readonly SimulatedMessage[]): Record<string, number> {
  const quality = new PartitionQuality(qualityColumns(spec));
  const checker = createMessageChecker(spec, { now: '2026-01-05T08:00:00.000000Z' });
  const counts: Record<string, number> = {};
  messages.forEach(({ value, sentMicros }, offset) => {
    const checked = checker.check(value);
    if (checked.verdict !== 'accepted') return;
    quality.observe({ values: checked.values, offset: BigInt(offset), arrivedMs: Math.floor(sentMicros / 1000) }, ({ check }) => {
      counts[check] = (counts[check] ?? 0) + 1;
    });
  });
  return counts;
}

const idle = { untilIdleMs: 400, signal: new AbortController().signal };

async function committedRows(store: ObjectStore): Promise<number> {
  let rows = 0;
  for await (const { name } of store.list('control/streams/exchange_trades/findings/00000/')) {
    const manifest = JSON.parse((await store.read(name)).toString()) as { parts: readonly { rows: number }[] };
    rows += manifest.parts.reduce((sum, part) => sum + part.rows, 0);
  }
  return rows;
}

test('a process that goes on where another ended finds what one process would have found', async () => {
  const { messages, send } = await simulated(3000);
  const store = createMemoryObjectStore();
  await send(0, 1700);
  await new SourceQuality(partsOf(store, 'one')).run(idle);
  await send(1700, 3000);
  const totals = await new SourceQuality(partsOf(store, 'two')).run(idle);
  const expected = expectedFindings(messages);
  expect(totals).toMatchObject({ messages: 3000, not_followed: 0, findings: expected });
  expect(await committedRows(store)).toBe(Object.values(expected).reduce((sum, count) => sum + count, 0));
  expect(await newestFindingsManifest(store, 'exchange_trades', 0)).toMatchObject({ seq: 2, position: '3000', writer: 'two' });
});

test('what was found and not committed when the process died is found again, once', async () => {
  const { messages, send } = await simulated(1500);
  const store = createMemoryObjectStore();
  await send(0, 1500);
  // The manifest cannot be written, after the part was.
  const failing: ObjectStore = {
    ...store,
    write: async (name, content, condition) => {
      if (/findings\/00000\/\d+\.json$/.test(name)) throw new MarketsError('STORE_UNAVAILABLE', 'The store is away.');
      return await store.write(name, content, condition);
    },
  };
  await expect(new SourceQuality(partsOf(failing, 'one')).run(idle)).rejects.toThrow('The store is away.');
  const totals = await new SourceQuality(partsOf(store, 'two')).run(idle);
  expect(totals.findings).toEqual(expectedFindings(messages));
  expect(await committedRows(store)).toBe(Object.values(totals.findings).reduce((sum, count) => sum + count, 0));
});

test('a state that was changed is found out', async () => {
  const { send } = await simulated(200);
  const store = createMemoryObjectStore();
  await send(0, 200);
  await new SourceQuality(partsOf(store, 'one')).run(idle);
  const { state } = (await newestFindingsManifest(store, 'exchange_trades', 0))!;
  await store.write(state.object, Buffer.from('{"days":[]}'), { overwrite: true });
  await expect(new SourceQuality(partsOf(store, 'two')).run(idle)).rejects.toThrow('not as its manifest says');
});

test('who finds that another process has committed its partition joins the group anew and goes on from there', async () => {
  const { messages, send } = await simulated(1500);
  const store = createMemoryObjectStore();
  const position = async (): Promise<string | undefined> => (await newestFindingsManifest(store, 'exchange_trades', 0))?.position;
  // A process that is stopped before it commits, and of another group: the log lets both read, as it would one that does not know that it was declared dead.
  const gate: { wait: Promise<void> | null } = { wait: null };
  const slow: ObjectStore = {
    ...store,
    write: async (name, content, condition) => {
      if (/findings\/00000\/\d+\.json$/.test(name)) await gate.wait;
      return await store.write(name, content, condition);
    },
  };
  const events: string[] = [];
  const logger = { ...SILENT, log: (_level: string, event: string) => void events.push(event) };
  const limits = { ...QUALITY_LIMITS, commitMs: 20 };
  const stopped = new SourceQuality({ ...partsOf(slow, 'stopped'), limits, logger, group: 'other' });
  const stop = new AbortController();
  const ended = stopped.run({ untilIdleMs: null, signal: stop.signal });
  await send(0, 500);
  await until(async () => (await position()) === '500');
  let goOn = (): void => undefined;
  gate.wait = new Promise((resolve) => (goOn = resolve));
  await send(500, 1000);
  await until(() => Promise.resolve(stopped.totals().messages === 1000));
  await new SourceQuality(partsOf(store, 'owner')).run(idle);
  expect(await position()).toBe('1000');
  gate.wait = null;
  goOn();
  await send(1000, 1500);
  await until(async () => (await position()) === '1500');
  stop.abort();
  const expected = expectedFindings(messages);
  expect(await ended).toMatchObject({ messages: 1500, findings: expected });
  expect(events).toContain('partition_taken');
  expect(await committedRows(store)).toBe(Object.values(expected).reduce((sum, count) => sum + count, 0));
}, 30_000);

test('a state that another process cleared away while it was read is read again, from the newer manifest', async () => {
  const { send } = await simulated(300);
  const store = createMemoryObjectStore();
  await send(0, 100);
  await new SourceQuality(partsOf(store, 'one')).run(idle);
  await send(100, 200);
  const first = (await newestFindingsManifest(store, 'exchange_trades', 0))!;
  let isCleared = false;
  const clearing: ObjectStore = {
    ...store,
    read: async (name, options) => {
      if (name === first.state.object && !isCleared) {
        isCleared = true;
        await new SourceQuality(partsOf(store, 'two')).run(idle);
        await store.delete(name, { generation: (await store.stat(name))!.generation });
      }
      return await store.read(name, options);
    },
  };
  await send(200, 300);
  const totals = await new SourceQuality({ ...partsOf(clearing, 'three'), group: 'third' }).run(idle);
  expect(isCleared).toBe(true);
  expect(totals.messages).toBe(300);
});

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let looks = 0; !(await holds()); looks += 1) {
    if (looks === 1000) throw new Error('what was waited for did not come');
    await wait(20);
  }
}

import { afterEach, expect, test } from 'vitest';
import { countOffsets, rangesOfTexts, unionRanges, type OffsetRanges } from '../../core/stream/offset-ranges.ts';
import type { PartitionRead, ReadRecord } from '../../core/stream/read-record.ts';
import type { MessageLog } from '../../core/ports/message-log.ts';
import { takePartition } from './ownership.ts';
import { startBridge } from './run-bridge.ts';
import { openBench, TEST_LIMITS, type Arrived, type BridgeBench } from './test-support/bridge-bench.ts';
import { faultyBus } from './test-support/faulty-bus.ts';
import { badTradeText, INSTRUMENTS, tradesSpec, tradeText } from './test-support/trades-stream.ts';

const SPEC = tradesSpec();
/** The machine may be busy. */
const POLL_MS = 50_000;
const UNTIL_IDLE = { signal: new AbortController().signal, untilIdleSeconds: 3 };

let bench: BridgeBench;
afterEach(async () => {
  await bench.close();
});

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);

function recorded(
  records: readonly ReadRecord[],
  partition: number,
  of: (read: PartitionRead) => readonly (readonly string[])[],
): OffsetRanges {
  const reads = records.flatMap(({ partitions }) => partitions.filter((read) => read.partition === partition));
  return unionRanges(...reads.map((read) => rangesOfTexts(of(read))));
}

const placeOf = ({ partition, offset }: Arrived): string => `${partition}/${offset}`;
const distinct = (arrived: readonly Arrived[]): number => new Set(arrived.map(placeOf)).size;

test('good messages come as checked records, bad ones as dead letters with their bytes and reasons; all are recorded and committed', async () => {
  bench = await openBench([SPEC]);
  const texts = numbers(5000).map((number) => (number % 100 === 7 ? badTradeText(number) : tradeText(number)));
  await bench.send(SPEC, [...texts, null]);
  const { ended, statuses } = startBridge(bench.parts(), { specs: [SPEC], ...UNTIL_IDLE });
  await ended;
  const { good, dead } = await bench.arrived(SPEC, { good: 4950, dead: 51 });
  expect(good).toHaveLength(4950);
  expect(distinct(good)).toBe(4950);
  const [first] = good.toSorted((a, b) => Number(a.offset - b.offset) || a.partition - b.partition);
  expect(first?.text).toBe(
    '{"trade_id":"T-0","instrument":"ABC","price":"100","quantity":"1","side":"BUY","trade_time":"2023-01-30T06:00:00.000000Z","sequence":"0"}',
  );
  expect(first?.attributes).toMatchObject({ source: 'exchange_trades', kafka_topic: 'exchange_trades.log', schema_version: '1' });
  expect(dead).toHaveLength(51);
  const refused = dead.filter(({ attributes }) => attributes['reason'] === 'refused');
  expect(refused.map(({ text }) => text).toSorted()).toEqual(texts.filter((text) => text.includes('"X')).toSorted());
  expect(refused[0]?.attributes).toMatchObject({
    codes: 'VALUE_NOT_ALLOWED',
    finding_count: '1',
    findings: '[{"code":"VALUE_NOT_ALLOWED","column":"side","rule":null}]',
  });
  expect(dead.find(({ attributes }) => attributes['reason'] === 'tombstone')?.text).toBe('');
  const records = await bench.records(SPEC);
  expect(records.map(({ seq }) => seq)).toEqual(numbers(records.length).map((index) => index + 1));
  expect(numbers(3).map((partition) => recorded(records, partition, ({ ranges }) => ranges))).toEqual([
    [[0n, 1666n]],
    [[0n, 1666n]],
    [[0n, 1666n]],
  ]);
  expect(countOffsets(numbers(3).flatMap((partition) => recorded(records, partition, (read) => read.dead_lettered)))).toBe(51n);
  expect(records.flatMap(({ partitions }) => partitions.flatMap(({ in_doubt }) => in_doubt))).toEqual([]);
  expect(records.reduce((sum, { published }) => sum + published, 0)).toBe(4950);
  expect(statuses[0]).toMatchObject({ read: 5001, published: 4950, state: 'ended' });
  // Everything is committed and released: the next one gets nothing again, and holds nothing to be in doubt.
  await bench.send(SPEC, [tradeText(1)]);
  await startBridge(bench.parts(), { specs: [SPEC], ...UNTIL_IDLE }).ended;
  expect((await bench.arrived(SPEC, { good: 1, dead: 0 })).good).toHaveLength(1);
  expect((await bench.records(SPEC)).at(-1)?.partitions).toMatchObject([{ count: 1, in_doubt: [] }]);
});

test('what the bus rejects comes all the same, in the order of its key, and what may have come twice is named', async () => {
  bench = await openBench([SPEC]);
  await bench.send(SPEC, numbers(3000).map(tradeText), (index) => (index % INSTRUMENTS.length) % 3);
  let calls = 0;
  const bus = faultyBus(bench.bus, () => {
    calls += 1;
    return calls % 401 === 0 ? 'rejected' : calls % 733 === 0 ? 'answer_lost' : 'none';
  });
  await startBridge(bench.parts({ bus }), { specs: [SPEC], ...UNTIL_IDLE }).ended;
  const { good } = await bench.arrived(SPEC, { good: 3000, dead: 0 });
  expect(distinct(good)).toBe(3000);
  expect(good.length).toBeGreaterThan(3000);
  const records = await bench.records(SPEC);
  const seen = new Set<string>();
  const inDoubt = numbers(3).map((partition) => recorded(records, partition, (read) => read.in_doubt));
  for (const message of good) {
    const place = placeOf(message);
    const isNamed = inDoubt[message.partition]?.some(([low, high]) => message.offset >= low && message.offset <= high);
    if (seen.has(place)) expect(isNamed, place).toBe(true);
    seen.add(place);
  }
  expect(Number(countOffsets(inDoubt.flat()))).toBeLessThan(1500);
  for (const instrument of INSTRUMENTS) {
    const sequences = good
      .map(({ text }) => JSON.parse(text) as Record<string, string>)
      .filter((trade) => trade['instrument'] === instrument);
    const firsts = [...new Set(sequences.map(({ sequence }) => Number(sequence)))];
    expect(firsts).toEqual(firsts.toSorted((a, b) => a - b));
  }
});

test('while the bus is down no more is read than the marks allow, and nothing is lost', async () => {
  bench = await openBench([SPEC]);
  await bench.send(SPEC, numbers(4000).map(tradeText));
  let isDown = true;
  const bus = faultyBus(bench.bus, () => (isDown ? 'rejected' : 'none'));
  const stop = new AbortController();
  const { ended, statuses } = startBridge(bench.parts({ bus }), { specs: [SPEC], signal: stop.signal, untilIdleSeconds: null });
  await expect.poll(() => statuses[0]?.delivery?.rejectingSince ?? null, { timeout: POLL_MS }).not.toBeNull();
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(statuses[0]?.read).toBeLessThanOrEqual(TEST_LIMITS.marks.highMessages);
  isDown = false;
  await expect.poll(() => statuses[0]?.published, { timeout: POLL_MS }).toBe(4000);
  stop.abort();
  await ended;
  expect(distinct((await bench.arrived(SPEC, { good: 4000, dead: 0 })).good)).toBe(4000);
});

test('a source that cannot be published never stops another', async () => {
  const poison = tradesSpec('poison');
  const missing = { ...poison, stream: { ...poison.stream, pubsub_topic: 'nowhere' } };
  const unfit = { ...tradesSpec('unfit'), source: { ...poison.source, format: 'xml' as const } };
  bench = await openBench([SPEC, poison]);
  await bench.send(SPEC, numbers(100).map(tradeText));
  await bench.send(poison, numbers(100).map(tradeText));
  const stop = new AbortController();
  const { ended, statuses } = startBridge(bench.parts(), { specs: [missing, unfit, SPEC], signal: stop.signal, untilIdleSeconds: null });
  await expect.poll(() => statuses[2]?.published, { timeout: POLL_MS }).toBe(100);
  await expect
    .poll(() => statuses.map(({ state, failure }) => [state, failure]), { timeout: POLL_MS })
    .toEqual([
      ['failing', 'STREAM_TOPIC_MISSING'],
      ['failed', 'SPEC_NOT_SUPPORTED'],
      ['reading', null],
    ]);
  stop.abort();
  await ended;
});

test('bridges share the partitions; what one gives up the other goes on with, without a message twice', async () => {
  bench = await openBench([SPEC]);
  const stops = [new AbortController(), new AbortController()];
  const begin = (index: number): ReturnType<typeof startBridge> =>
    startBridge(bench.parts(), { specs: [SPEC], signal: stops[index]!.signal, untilIdleSeconds: null });
  const first = begin(0);
  await expect.poll(() => first.statuses[0]?.state, { timeout: POLL_MS }).toBe('reading');
  await bench.send(SPEC, numbers(2000).map(tradeText));
  const second = begin(1);
  for (let round = 1; round <= 10; round += 1) {
    await bench.send(
      SPEC,
      numbers(300).map((number) => tradeText(number + round * 10_000)),
    );
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const total = (): number => (first.statuses[0]?.published ?? 0) + (second.statuses[0]?.published ?? 0);
  await expect.poll(total, { timeout: POLL_MS }).toBe(5000);
  expect(second.statuses[0]?.published).toBeGreaterThan(0);
  stops[1]!.abort();
  await second.ended;
  await bench.send(
    SPEC,
    numbers(900).map((number) => tradeText(number + 500_000)),
  );
  await expect.poll(total, { timeout: POLL_MS }).toBe(5900);
  stops[0]!.abort();
  await first.ended;
  const { good } = await bench.arrived(SPEC, { good: 5900, dead: 0 });
  expect(good).toHaveLength(5900);
  expect(distinct(good)).toBe(5900);
  const records = await bench.records(SPEC);
  expect(countOffsets(numbers(3).flatMap((partition) => recorded(records, partition, ({ ranges }) => ranges)))).toBe(5900n);
  expect(records.flatMap(({ partitions }) => partitions.flatMap(({ in_doubt }) => in_doubt))).toEqual([]);
});

test('what the group did not commit is not taken for committed: it comes again, and is named', async () => {
  bench = await openBench([SPEC]);
  await bench.send(SPEC, numbers(600).map(tradeText));
  await startBridge(bench.parts({ log: neverCommitting(bench.log) }), { specs: [SPEC], ...UNTIL_IDLE }).ended;
  await startBridge(bench.parts(), { specs: [SPEC], ...UNTIL_IDLE }).ended;
  const { good } = await bench.arrived(SPEC, { good: 600, dead: 0 });
  expect([good.length, distinct(good)]).toEqual([1200, 600]);
  const records = await bench.records(SPEC);
  expect(countOffsets(numbers(3).flatMap((partition) => recorded(records, partition, (read) => read.in_doubt)))).toBe(600n);
});

test('what a killed bridge may have published stays in doubt when one that came after it has stopped on the way', async () => {
  bench = await openBench([SPEC]);
  for (const partition of numbers(3)) {
    const owner = { writer: 'killed', at: '2023-01-30T06:00:00.000000Z', uncommitted_messages_max: 200 };
    await takePartition(bench.store, { source: SPEC.name, topic: SPEC.stream.kafka_topic, partition }, owner);
  }
  for (const count of [150, 600]) {
    await bench.send(SPEC, numbers(count).map(tradeText));
    await startBridge(bench.parts(), { specs: [SPEC], ...UNTIL_IDLE }).ended;
  }
  const records = await bench.records(SPEC);
  expect(numbers(3).map((partition) => recorded(records, partition, (read) => read.in_doubt))).toEqual(numbers(3).map(() => [[0n, 199n]]));
});

/** As a group that has given the partitions to others. */
function neverCommitting(log: MessageLog): MessageLog {
  return {
    ...log,
    async consumer(options) {
      const consumer = await log.consumer(options);
      return {
        next: async (signal) => await consumer.next(signal),
        pause: (partitions) => consumer.pause(partitions),
        resume: (partitions) => consumer.resume(partitions),
        commit: async () => await Promise.resolve([]),
        assignment: () => consumer.assignment(),
        ends: async () => await consumer.ends(),
        close: async () => await consumer.close(),
      };
    },
  };
}

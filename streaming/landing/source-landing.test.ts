import { afterEach, expect, test } from 'vitest';
import { MarketsError } from '../../core/errors/markets-error.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { startBridge } from '../bridge/run-bridge.ts';
import type { StreamSpec } from '../bridge/source-bridge.ts';
import { openBench, type BridgeBench } from '../bridge/test-support/bridge-bench.ts';
import { tradesSpec, tradeText } from '../bridge/test-support/trades-stream.ts';
import { landingNames } from './landing-name.ts';

const STREAM = tradesSpec('venue_fills');

function withPattern(text: string): StreamSpec {
  return {
    ...STREAM,
    source: { ...STREAM.source, type: 'file', format: 'jsonl', path_pattern: { text, regex: '', captures_business_date: false } },
  };
}

const SPEC = withPattern('streaming/fills_*.jsonl');
const UNTIL_IDLE = { signal: new AbortController().signal, untilIdleSeconds: 0.6 };
const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);

let bench: BridgeBench;
afterEach(async () => {
  await bench.close();
});

async function landedFiles(store: ObjectStore): Promise<readonly (readonly [name: string, lines: readonly string[]])[]> {
  const files: [string, string[]][] = [];
  for await (const { name } of store.list('landing/')) {
    const text = (await store.read(name)).toString('utf8');
    expect(text.endsWith('\n')).toBe(true);
    files.push([name, text.slice(0, -1).split('\n')]);
  }
  return files;
}

test('messages become files by partition and first offset, each message one line of one file', async () => {
  bench = await openBench([SPEC]);
  await bench.send(SPEC, [...numbers(450).map(tradeText), null]);
  const { ended, statuses } = startBridge(bench.parts(), { specs: [SPEC], ...UNTIL_IDLE });
  await ended;
  const files = await landedFiles(bench.store);
  expect(files.map(([name, lines]) => [name, lines.length])).toEqual([
    ['landing/streaming/fills_venue_fills.log-0-00000000000000000000.jsonl', 100],
    ['landing/streaming/fills_venue_fills.log-0-00000000000000000100.jsonl', 51],
    ['landing/streaming/fills_venue_fills.log-1-00000000000000000000.jsonl', 100],
    ['landing/streaming/fills_venue_fills.log-1-00000000000000000100.jsonl', 50],
    ['landing/streaming/fills_venue_fills.log-2-00000000000000000000.jsonl', 100],
    ['landing/streaming/fills_venue_fills.log-2-00000000000000000100.jsonl', 50],
  ]);
  expect(files.flatMap(([, lines]) => lines).toSorted()).toEqual([...numbers(450).map(tradeText), 'null'].toSorted());
  expect(statuses[0]).toMatchObject({ read: 451, published: 451 });
});

/** Fails for good at the n-th write, before it or after it: what a killed process leaves. */
function dyingStore(store: ObjectStore, at: number, isAfter: boolean): ObjectStore {
  let writes = 0;
  return {
    ...store,
    async write(name, content, condition) {
      writes += 1;
      const dies = new MarketsError('STORE_DENIED', 'killed');
      if (writes === at && !isAfter) throw dies;
      const written = await store.write(name, content, condition);
      if (writes === at) throw dies;
      return written;
    },
  };
}

test.each(numbers(16).map((step) => [1 + (step >> 1), step % 2 === 1] as const))(
  'a process that dies at write %d (after it: %s) leaves every message in one file, though the files before were taken away',
  async (at, isAfter) => {
    bench = await openBench([SPEC]);
    const texts = numbers(250).map(tradeText);
    await bench.send(SPEC, texts, () => 0);
    const taken = new Map<string, readonly string[]>();
    // Lane 1 takes what it finds; a file that comes a second time must be the same.
    const take = async (): Promise<void> => {
      for (const [name, lines] of await landedFiles(bench.store)) {
        expect(taken.get(name) ?? lines, name).toEqual(lines);
        taken.set(name, lines);
        await bench.store.delete(name, { generation: (await bench.store.stat(name))?.generation ?? '' });
      }
    };
    const stop = new AbortController();
    const dying = startBridge(bench.parts({ store: dyingStore(bench.store, at, isAfter) }), {
      specs: [SPEC],
      signal: stop.signal,
      untilIdleSeconds: null,
    });
    await expect.poll(() => dying.statuses[0]?.failure ?? null).toBe('STORE_DENIED');
    await take();
    stop.abort();
    await dying.ended;
    const { limits } = bench.parts();
    // It would cut the files elsewhere.
    const other = { ...limits, landing: { ...limits.landing, batchMessages: 70 } };
    await startBridge(bench.parts({ limits: other }), { specs: [SPEC], ...UNTIL_IDLE }).ended;
    await take();
    expect([...taken.values()].flat()).toHaveLength(250);
    expect([...taken.values()].flat().toSorted()).toEqual(texts.toSorted());
  },
);

test.each(['streaming/fills.jsonl', 'a/*/*.jsonl', 'a/**.jsonl', 'a_{business_date:%Y%m%d}_*.jsonl', 'a_[a-z]*.jsonl'])(
  'a pattern that does not give one name is refused: %s',
  async (pattern) => {
    bench = await openBench([]);
    expect(() => landingNames(withPattern(pattern))).toThrow(expect.objectContaining({ code: 'SPEC_NOT_SUPPORTED' }) as Error);
  },
);

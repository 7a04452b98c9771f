import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { countOffsets, rangesOfTexts, unionRanges } from '../../core/stream/offset-ranges.ts';
import { openBench, type BridgeBench } from './test-support/bridge-bench.ts';
import { badTradeText, tradesSpec, tradeText } from './test-support/trades-stream.ts';

const CHILD = fileURLToPath(new URL('./test-support/bridge-child.ts', import.meta.url));
const SPEC = tradesSpec();
const MESSAGES = 12_000;
const TIMEOUT_MS = 240_000;
const PARTITIONS = [0, 1, 2];
/** After so many messages a process is killed: at its start, before its first record, around it and behind it. */
const KILLED_AFTER = [0, 1, 250, 620, 950, 1600] as const;

let bench: BridgeBench;
let child: Child | null = null;
afterEach(async () => {
  child?.kill('SIGKILL');
  await bench.close();
});

type Child = ChildProcessByStdio<null, Readable, null>;

function start(number: number): Child {
  const writer = `20230130T060000-${String(number).padStart(8, '0')}`;
  return spawn(process.execPath, [CHILD, bench.folder, writer], { stdio: ['ignore', 'pipe', 'inherit'] });
}

async function published(bridge: Child, count: number): Promise<void> {
  for await (const line of createInterface({ input: bridge.stdout })) if (Number(line) >= count) return;
}

async function recordedCount(): Promise<number> {
  const reads = (await bench.records(SPEC)).flatMap(({ partitions }) => partitions);
  const unions = PARTITIONS.map((partition) =>
    unionRanges(...reads.filter((read) => read.partition === partition).map(({ ranges }) => rangesOfTexts(ranges))),
  );
  return Number(unions.reduce((sum, ranges) => sum + countOffsets(ranges), 0n));
}

test(
  'bridges that are killed lose nothing; what came twice is named',
  async () => {
    bench = await openBench([SPEC], true);
    const texts = Array.from({ length: MESSAGES }, (_, number) => (number % 50 === 3 ? badTradeText(number) : tradeText(number)));
    for (let kill = 0; kill < KILLED_AFTER.length; kill += 1) {
      await bench.send(SPEC, texts.slice((kill * MESSAGES) / KILLED_AFTER.length, ((kill + 1) * MESSAGES) / KILLED_AFTER.length));
      child = start(kill);
      await published(child, KILLED_AFTER[kill] ?? 0);
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    child = start(KILLED_AFTER.length);
    const goodCount = texts.filter((text) => !text.includes('"X')).length;
    await expect.poll(async () => await recordedCount(), { timeout: 30_000, interval: 200 }).toBe(MESSAGES);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
    const { good, dead } = await bench.arrived(SPEC, { good: goodCount, dead: MESSAGES - goodCount });
    const places = [...good, ...dead].map(({ partition, offset }) => `${partition}/${offset}`);
    expect(new Set(places).size).toBe(MESSAGES);
    expect(new Set(good.map(({ text }) => text)).size).toBe(goodCount);
    expect(new Set(dead.map(({ text }) => text))).toEqual(new Set(texts.filter((text) => text.includes('"X'))));
    const reads = (await bench.records(SPEC)).flatMap(({ partitions }) => partitions);
    const inDoubt = new Set<string>();
    for (const partition of PARTITIONS) {
      const own = reads.filter((read) => read.partition === partition);
      for (const [first, last] of own.flatMap((read) => rangesOfTexts(read.in_doubt))) {
        for (let offset = first; offset <= last; offset += 1n) inDoubt.add(`${partition}/${offset}`);
      }
    }
    const seen = new Set<string>();
    const twice = places.filter((place) => seen.size === seen.add(place).size);
    expect(twice.length).toBeGreaterThan(0);
    expect(twice.filter((place) => !inDoubt.has(place))).toEqual([]);
  },
  TIMEOUT_MS,
);

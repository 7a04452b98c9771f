/**
 * Many cycles in one process, each with a new file: the memory of the lane and the time of a cycle must not grow with history. Ends with exit
 * status 1 where they do. `node bench/soak.ts --cycles 500`.
 */
import { parseArgs } from 'node:util';
import { sampleMemory } from './process-tree.ts';
import { openSyntheticLane } from './synthetic-lane.ts';
import { median } from './figures.ts';

const ROWS = 500;
const HOUR_MS = 3_600_000;
/** The last tenth may take this many times what the second tenth took (the first warms up). */
const GROWTH_MAX = 1.5;

interface Lap {
  readonly seconds: number;
  readonly peakBytes: number;
}

async function soak(cycles: number): Promise<readonly Lap[]> {
  const bench = await openSyntheticLane();
  const memory = sampleMemory();
  const laps: Lap[] = [];
  try {
    for (let cycle = 0; cycle < cycles; cycle += 1) {
      const now = new Date(Date.UTC(2023, 0, 30) + cycle * HOUR_MS).toISOString();
      bench.land(`trades_${cycle}.csv`, { rows: ROWS, date: now.slice(0, 10), badEvery: 100, firstId: 1 + cycle * ROWS });
      memory.take();
      const startedMs = performance.now();
      const result = await bench.lane.runCycle({ now });
      if (result.transform !== 'ok') throw new Error(`cycle ${cycle} ended ${result.status}: ${JSON.stringify(result.errors)}`);
      laps.push({ seconds: (performance.now() - startedMs) / 1000, peakBytes: memory.take() });
      if (cycle % 10 === 9) process.stderr.write(`${cycle + 1} of ${cycles} cycles\n`);
    }
    return laps;
  } finally {
    memory.stop();
    await bench.close();
  }
}

const { values } = parseArgs({ options: { cycles: { type: 'string', default: '500' } } });
const cycles = Number(values.cycles);
if (!Number.isInteger(cycles) || cycles < 30) throw new RangeError(`expected --cycles of at least 30, found ${values.cycles}`);
const laps = await soak(cycles);
const tenth = Math.floor(laps.length / 10);
const early = laps.slice(tenth, 2 * tenth);
const late = laps.slice(-tenth);
for (const [what, unit, value] of [
  ['time of a cycle', 's', (lap: Lap) => lap.seconds],
  ['peak memory', 'MB', (lap: Lap) => lap.peakBytes / 1e6],
] as const) {
  const [before, after] = [median(early.map(value)), median(late.map(value))];
  process.stdout.write(`${what}: ${before.toFixed(2)} ${unit} in the second tenth, ${after.toFixed(2)} ${unit} in the last\n`);
  if (after > before * GROWTH_MAX) process.exitCode = 1;
}

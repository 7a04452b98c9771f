/** The deliveries of the demo week in another order: what arrives in which cycle is drawn anew for every seed. */
import { demoWeek, type DemoCycle } from '../../cli/demo/week.ts';
import { seededRandom } from '../../core/sample-data/random.ts';

/** Cycles that the deliveries are spread over; fewer than the week has, so that a build sees several things at once. */
const CYCLES = 4;

/** The same deliveries in `CYCLES` cycles; one name lands at most once a cycle, as it would in a folder. */
export function shuffledDemoWeek(seed: number): readonly DemoCycle[] {
  const random = seededRandom(seed);
  const week = demoWeek();
  const cycles = week.cycles
    .slice(-CYCLES)
    .map(({ now }) => ({ now, title: `shuffle ${String(seed)}`, deliveries: [] as DemoCycle['deliveries'][number][] }));
  for (const delivery of week.cycles.flatMap((cycle) => cycle.deliveries)) {
    const first = random.integer(0, CYCLES - 1);
    const free = [0, 1, 2, 3]
      .map((step) => cycles[(first + step) % CYCLES])
      .find((cycle) => !cycle?.deliveries.some(({ object }) => object === delivery.object));
    if (free === undefined) throw new Error(`expected at most ${String(CYCLES)} deliveries of ${delivery.object}`);
    free.deliveries.push(delivery);
  }
  return cycles;
}

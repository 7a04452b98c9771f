/**
 * The deliveries of the bank's week in another order, cut into other runs. A resupply stays behind what it replaces, as it does when the lane
 * publishes; everything else comes in any order. The same seed gives the same order.
 */
import { BANK_WEEK, type BankRun } from './bank-week.ts';
import { deliveryLoadId, type Delivery } from './delivered-root.ts';

export function shuffledWeek(seed: number): readonly BankRun[] {
  const random = generator(seed);
  const waiting = BANK_WEEK.flatMap((run) => run.deliveries);
  const published = new Set<string>();
  const runs: BankRun[] = [];
  for (let minute = 0; waiting.length > 0; minute += 1) {
    const deliveries: Delivery[] = [];
    const size = 1 + Math.floor(random() * 8);
    while (deliveries.length < size) {
      const ready = waiting.filter((delivery) => (delivery.supersedes ?? []).every((id) => published.has(id)));
      const next = ready[Math.floor(random() * ready.length)];
      if (next === undefined) break;
      waiting.splice(waiting.indexOf(next), 1);
      published.add(deliveryLoadId(next));
      deliveries.push(next);
    }
    runs.push({ now: `2023-02-06T10:${String(minute).padStart(2, '0')}:00.000000Z`, deliveries });
  }
  return runs;
}

/** mulberry32 */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

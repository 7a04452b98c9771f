/** What happens when: each bridge that will be killed has its share of the messages, its faults, and a place among its last messages at which it dies. */
import { seededRandom } from '../../../core/sample-data/random.ts';

export type Fault = 'broker_killed' | 'second_bridge' | 'bus_away';

export interface Life {
  /** Each portion is sent at once: the first as the bridge begins, one in each fault, the last behind them. */
  readonly portions: readonly number[];
  readonly faults: readonly Fault[];
  /** Of the last portion, at least one message: when so much is done, the bridge is killed. */
  readonly lastDone: number;
}

export interface Plan {
  readonly lives: readonly Life[];
  /** Messages for the bridge behind the killed ones. */
  readonly rest: number;
}

export interface PlanOptions {
  readonly messages: number;
  /** At least 1. */
  readonly kills: number;
  readonly seed: number;
}

/** Spread over the lives in this order. */
const FAULTS: readonly Fault[] = ['broker_killed', 'second_bridge', 'bus_away', 'broker_killed'];

/** Pure: the same options give the same plan, which has exactly `messages` messages. */
export function planLives({ messages, kills, seed }: PlanOptions): Plan {
  const random = seededRandom(seed);
  const wave = Math.floor(messages / (kills + 1));
  const lives = Array.from({ length: kills }, (_, life): Life => {
    const faults = FAULTS.filter((__, index) => Math.floor(((index + 0.5) * kills) / FAULTS.length) === life);
    const portion = Math.floor(wave / (faults.length + 2));
    const last = wave - portion * (faults.length + 1);
    return { portions: [...Array<number>(faults.length + 1).fill(portion), last], faults, lastDone: random.integer(1, last) };
  });
  return { lives, rest: messages - wave * kills };
}

/** The orders of one instrument that are open: a bounded list, from which any may be taken. */
import type { MarketStep } from '../market/market.ts';

export const OPEN_ORDERS_MAX = 48;

export interface OpenOrder {
  readonly id: string;
  readonly isBuy: boolean;
  readonly isMarket: boolean;
  ticks: number;
  lots: number;
  filledLots: number;
  version: number;
}

/** A few ticks away from the middle; one in eight takes any price. */
export function newOrder(step: MarketStep, id: string, lots: number, marketShare: number): OpenOrder {
  const { random } = step;
  const isBuy = random.unit() < 0.5;
  const away = random.below(12);
  const ticks = isBuy ? Math.max(1, step.bidTicks - away) : step.askTicks + away;
  return { id, isBuy, isMarket: random.unit() < marketShare, ticks, lots, filledLots: 0, version: 1 };
}

export function takeAny<T>(list: T[], step: MarketStep): T | undefined {
  const index = step.random.below(list.length);
  const taken = list[index];
  const last = list.pop();
  if (taken !== undefined && last !== undefined && index < list.length) list[index] = last;
  return taken;
}

export function listOf<T>(lists: Map<number, T[]>, index: number): T[] {
  let list = lists.get(index);
  if (list === undefined) lists.set(index, (list = []));
  return list;
}

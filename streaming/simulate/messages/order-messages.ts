/**
 * Orders with their lives: NEW, then AMENDED and PARTIALLY_FILLED any number of times, then FILLED or CANCELLED. Three messages a step: an order comes,
 * one changes, one ends. Each message says what the order is after it.
 */
import { sizeOf, type MarketStep } from '../market/market.ts';
import { priceText, quantityText, sideText, tailWriter, type MessageWriter } from './message-writer.ts';
import type { Numbered } from './numbering.ts';
import { listOf, newOrder, OPEN_ORDERS_MAX, takeAny, type OpenOrder } from './open-orders.ts';

type OrderStatus = 'NEW' | 'AMENDED' | 'PARTIALLY_FILLED' | 'FILLED' | 'CANCELLED';

const MARKET_SHARE = 0.125;
const CANCEL_SHARE = 0.35;
const NEW_PLACE = 0;
const CHANGE_PLACE = 1;

export function orderMessages(): MessageWriter {
  const tail = tailWriter();
  const books = new Map<number, OpenOrder[]>();
  return {
    messagesPerStep: 3,
    write: (step, place, numbered, micros) => {
      const [order, status] = nextEvent(listOf(books, step.index), step, place, numbered);
      const { instrument } = step;
      const price = order.isMarket ? '' : `,"price":${priceText(instrument, order.ticks)}`;
      return (
        `{"event_id":"O-${numbered.idPrefix}${String(numbered.sequence)}","order_id":"${order.id}","instrument":"${instrument.name}"` +
        `,"status":"${status}","side":"${sideText(order.isBuy)}","order_type":"${order.isMarket ? 'MARKET' : 'LIMIT'}"` +
        `,"quantity":${quantityText(instrument, order.lots)}${price},"filled_quantity":${quantityText(instrument, order.filledLots)}` +
        tail('order_time', micros, numbered).replace('"sequence"', `"version":${String(order.version)},"sequence"`)
      );
    },
  };
}

function nextEvent(open: OpenOrder[], step: MarketStep, place: number, numbered: Numbered): readonly [OpenOrder, OrderStatus] {
  const changed = place === CHANGE_PLACE && open.length > 0 ? change(open, step) : undefined;
  if (changed !== undefined) return changed;
  if (open.length > 1 && (place !== NEW_PLACE || open.length >= OPEN_ORDERS_MAX)) {
    const ended = takeAny(open, step);
    if (ended !== undefined) return end(ended, step);
  }
  const order = newOrder(step, `${numbered.idPrefix}${String(numbered.sequence)}`, sizeOf(step.random), MARKET_SHARE);
  open.push(order);
  return [order, 'NEW'];
}

function end(order: OpenOrder, { random }: MarketStep): readonly [OpenOrder, OrderStatus] {
  order.version += 1;
  if (random.unit() < CANCEL_SHARE) return [order, 'CANCELLED'];
  order.filledLots = order.lots;
  return [order, 'FILLED'];
}

function change(open: readonly OpenOrder[], { random, isBuy }: MarketStep): readonly [OpenOrder, OrderStatus] | undefined {
  const order = open[random.below(open.length)];
  if (order === undefined) return undefined;
  const left = order.lots - order.filledLots;
  order.version += 1;
  if (left > 1 && random.unit() < 0.5) {
    order.filledLots += 1 + random.below(left - 1);
    return [order, 'PARTIALLY_FILLED'];
  }
  order.lots += 1 + random.below(10);
  order.ticks = Math.max(1, order.ticks + (isBuy ? 1 : -1));
  return [order, 'AMENDED'];
}

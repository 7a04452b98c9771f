/**
 * A level 3 feed: every order of the book by itself. Of fifty messages a step makes, one is a trade: 98 % are none. ADD puts an order into the book,
 * MODIFY changes price and size, CANCEL takes a part of its size, DELETE takes it away.
 */
import { sizeOf, type MarketStep } from '../market/market.ts';
import { priceText, quantityText, sideText, tailWriter, type MessageWriter } from './message-writer.ts';
import type { Numbered } from './numbering.ts';
import { listOf, newOrder, OPEN_ORDERS_MAX, takeAny, type OpenOrder } from './open-orders.ts';
import { tradeMembers } from './trade-messages.ts';

type BookAction = 'ADD' | 'MODIFY' | 'CANCEL' | 'DELETE';

export const FIREHOSE_MESSAGES_PER_TRADE = 50;

export function firehoseMessages(): MessageWriter {
  const tail = tailWriter();
  const books = new Map<number, OpenOrder[]>();
  return {
    messagesPerStep: FIREHOSE_MESSAGES_PER_TRADE,
    write: (step, place, numbered, micros) => {
      if (place === FIREHOSE_MESSAGES_PER_TRADE - 1) {
        return `{"type":"TRADE",${tradeMembers(step, numbered)}${tail('trade_time', micros, numbered)}`;
      }
      const [order, action] = nextAction(listOf(books, step.index), step, numbered);
      const { instrument } = step;
      return (
        `{"type":"${action}","order_id":"${order.id}","instrument":"${instrument.name}","side":"${sideText(order.isBuy)}"` +
        `,"price":${priceText(instrument, order.ticks)},"quantity":${quantityText(instrument, order.lots)}${tail('book_time', micros, numbered)}`
      );
    },
  };
}

function nextAction(open: OpenOrder[], step: MarketStep, { idPrefix, sequence }: Numbered): readonly [OpenOrder, BookAction] {
  const { random } = step;
  const draw = random.unit();
  if (open.length === 0 || (draw < 0.4 && open.length < OPEN_ORDERS_MAX)) {
    const order = newOrder(step, `${idPrefix}${String(sequence)}`, sizeOf(random), 0);
    open.push(order);
    return [order, 'ADD'];
  }
  if (draw > 0.65) {
    const gone = takeAny(open, step);
    if (gone !== undefined) return [gone, 'DELETE'];
  }
  const order = open[random.below(open.length)];
  if (order === undefined) throw new RangeError('An order was to be taken from an empty book.');
  if (order.lots > 1 && draw < 0.5) {
    order.lots -= 1 + random.below(order.lots - 1);
    return [order, 'CANCEL'];
  }
  order.lots = sizeOf(random);
  order.ticks = Math.max(1, order.ticks + random.below(5) - 2);
  return [order, 'MODIFY'];
}

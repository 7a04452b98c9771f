/** Public trades: one message a step. */
import type { MarketStep } from '../market/market.ts';
import { priceText, quantityText, sideText, tailWriter, type MessageWriter } from './message-writer.ts';
import type { Numbered } from './numbering.ts';

export function tradeMessages(): MessageWriter {
  const tail = tailWriter();
  return {
    messagesPerStep: 1,
    write: (step, _place, numbered, micros) => `{${tradeMembers(step, numbered)}${tail('trade_time', micros, numbered)}`,
  };
}

export function tradeMembers({ instrument, tradeTicks, tradeLots, isBuy }: MarketStep, { idPrefix, sequence }: Numbered): string {
  return (
    `"trade_id":"T-${idPrefix}${String(sequence)}","instrument":"${instrument.name}","price":${priceText(instrument, tradeTicks)}` +
    `,"quantity":${quantityText(instrument, tradeLots)},"side":"${sideText(isBuy)}"`
  );
}

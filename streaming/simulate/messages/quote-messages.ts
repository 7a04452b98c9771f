/** Best bid and ask: two messages a step, the quote that the trade met and the one after it. */
import type { MarketStep } from '../market/market.ts';
import { priceText, quantityText, tailWriter, type MessageWriter } from './message-writer.ts';

export function quoteMessages(): MessageWriter {
  const tail = tailWriter();
  return {
    messagesPerStep: 2,
    write: (step, place, numbered, micros) => {
      const { instrument, bidLots, askLots } = step;
      const [bid, ask] = place === 0 ? [step.bidTicks, step.askTicks] : [step.bidAfterTicks, step.askAfterTicks];
      // What was traded had to be there.
      const [bidSize, askSize] = place === 0 ? sizesBefore(step) : [bidLots, askLots];
      return (
        `{"quote_id":"Q-${numbered.idPrefix}${String(numbered.sequence)}","instrument":"${instrument.name}"` +
        `,"bid":${priceText(instrument, bid)},"bid_size":${quantityText(instrument, bidSize)}` +
        `,"ask":${priceText(instrument, ask)},"ask_size":${quantityText(instrument, askSize)}${tail('quote_time', micros, numbered)}`
      );
    },
  };
}

function sizesBefore({ isBuy, tradeLots, bidLots, askLots }: MarketStep): readonly [bid: number, ask: number] {
  return isBuy ? [bidLots, askLots + tradeLots] : [bidLots + tradeLots, askLots];
}

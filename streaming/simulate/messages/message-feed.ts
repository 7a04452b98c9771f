/** The endless feed of one stream as it would be if nothing ever went wrong, in the order of event time. */
import type { Instrument } from '../market/instrument.ts';
import type { Market, MarketStep } from '../market/market.ts';
import { FIREHOSE_MESSAGES_PER_TRADE, firehoseMessages } from './firehose-messages.ts';
import type { MessageWriter, StreamKind } from './message-writer.ts';
import type { Numbering } from './numbering.ts';
import { orderMessages } from './order-messages.ts';
import { quoteMessages } from './quote-messages.ts';
import { tradeMessages } from './trade-messages.ts';

/** One object, filled anew by every call. */
export interface FeedMessage {
  index: number;
  instrument: Instrument;
  micros: number;
  session: string;
  sequence: number;
  /** A message of a firehose that is a trade, and every message of trades. */
  isTrade: boolean;
  text: string;
}

export interface MessageFeed {
  /** What the next message will be of, before it is numbered and written: here a chaos leaves sequences out. */
  peek(): { readonly index: number; readonly micros: number };
  next(): FeedMessage;
}

const WRITERS: Readonly<Record<StreamKind, () => MessageWriter>> = {
  trades: tradeMessages,
  quotes: quoteMessages,
  orders: orderMessages,
  firehose: firehoseMessages,
};

export function messageFeed(kind: StreamKind, market: Market, numbering: Numbering): MessageFeed {
  const writer = WRITERS[kind]();
  const { messagesPerStep } = writer;
  let step: MarketStep = market.next();
  let place = 0;
  const ahead = { index: 0, micros: 0 };
  const message: FeedMessage = { index: 0, instrument: step.instrument, micros: 0, session: '', sequence: 0, isTrade: false, text: '' };
  let isAhead = false;
  const look = (): void => {
    if (isAhead) return;
    if (place === messagesPerStep) {
      step = market.next();
      place = 0;
    }
    ahead.index = step.index;
    ahead.micros = step.previousMicros + Math.floor(((step.micros - step.previousMicros) * (place + 1)) / messagesPerStep);
    isAhead = true;
  };
  return {
    peek: () => {
      look();
      return ahead;
    },
    next: () => {
      look();
      const numbered = numbering.advance(step.index, ahead.micros);
      message.index = step.index;
      message.instrument = step.instrument;
      message.micros = ahead.micros;
      message.session = numbered.session;
      message.sequence = numbered.sequence;
      message.isTrade = kind === 'trades' || (kind === 'firehose' && place === FIREHOSE_MESSAGES_PER_TRADE - 1);
      message.text = writer.write(step, place, numbered, ahead.micros);
      place += 1;
      isAhead = false;
      return message;
    },
  };
}

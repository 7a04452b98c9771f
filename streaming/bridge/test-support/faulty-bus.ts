/** A bus that fails as a test says, around a real one: rejections before a message is taken, and answers that are lost after it was. */
import { MarketsError } from '../../../core/errors/markets-error.ts';
import type { BusPublisher, MessageBus, NewBusMessage } from '../../../core/ports/message-bus.ts';

export type Fault = 'none' | 'rejected' | 'answer_lost';

/** As Pub/Sub: behind a message that failed, its ordering key is closed until it is resumed. */
export function faultyBus(bus: MessageBus, faultOf: (message: NewBusMessage) => Fault): MessageBus {
  return { ...bus, publisher: async (topic, options) => faultyPublisher(await bus.publisher(topic, options), faultOf) };
}

function faultyPublisher(publisher: BusPublisher, faultOf: (message: NewBusMessage) => Fault): BusPublisher {
  const stopped = new Set<string>();
  return {
    async publish(message) {
      const { orderingKey } = message;
      if (orderingKey !== null && stopped.has(orderingKey)) throw unavailable();
      const fault = faultOf(message);
      if (fault === 'none') return await publisher.publish(message);
      if (orderingKey !== null) stopped.add(orderingKey);
      if (fault === 'answer_lost') await publisher.publish(message);
      throw unavailable();
    },
    resume(orderingKey) {
      stopped.delete(orderingKey);
      publisher.resume(orderingKey);
    },
    flush: async () => await publisher.flush(),
    close: async () => await publisher.close(),
  };
}

function unavailable(): MarketsError {
  return new MarketsError('STREAM_UNAVAILABLE', 'The bus does not answer.');
}

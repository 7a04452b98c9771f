/** A bus that takes chosen messages for itself, as if they were lost on the way: nobody is told, and they do not come again. */
import type { BusMessage, MessageBus } from '../../core/ports/message-bus.ts';

export function losingBus(bus: MessageBus, isLost: (message: BusMessage) => boolean): MessageBus {
  return {
    ...bus,
    subscription: async (name, limits) => {
      const subscription = await bus.subscription(name, limits);
      return {
        ...subscription,
        next: async (signal) => {
          const messages = await subscription.next(signal);
          return messages.filter((message) => {
            if (!isLost(message)) return true;
            message.acknowledge();
            return false;
          });
        },
        close: async () => await subscription.close(),
      };
    },
  };
}

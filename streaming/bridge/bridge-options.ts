/** What a bridge is given from outside: ports, clocks, limits. */
import type { MessageBus } from '../../core/ports/message-bus.ts';
import type { MessageLog } from '../../core/ports/message-log.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import type { Logger } from '../../core/telemetry/logger.ts';
import type { Time } from '../../core/time/time.ts';
import type { DeliveryMarks } from './delivery.ts';

export interface BridgeLimits {
  readonly marks: DeliveryMarks;
  /** A record is written and the offsets below it are committed this often, */
  readonly recordSeconds: number;
  /** or when so many messages of a partition are done. */
  readonly recordMessages: number;
  /** How far a partition is read beyond its committed offset. At least twice recordMessages, or reading waits for records. */
  readonly uncommittedMessagesMax: number;
  readonly publishBackoffMsMax: number;
  /** How long a partition that is taken away waits for its last answers. */
  readonly revokeSeconds: number;
  readonly shutdownSeconds: number;
  /** How often the ends of the log are asked. */
  readonly lagSeconds: number;
  /** When a file of the variant of low volume is closed: whichever comes first. */
  readonly landing: { readonly batchSeconds: number; readonly batchMessages: number; readonly batchBytes: number };
}

export interface BridgeParts {
  readonly log: MessageLog;
  readonly bus: MessageBus;
  readonly store: ObjectStore;
  readonly time: Time;
  readonly logger: Logger;
  readonly limits: BridgeLimits;
  /** One a process start; see writerName. */
  readonly writer: string;
  /** Consumer group of a source: `<group>-<source>`. */
  readonly group: string;
}

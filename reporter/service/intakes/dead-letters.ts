/**
 * Messages of the bus and of the log that are no events: kept with their bytes and reasons in the dead-letter topic of their source, as the bridge keeps what
 * it refuses. Only then are they done. Key: the place in the log, or the message's own identity; one that is told twice is there twice.
 */
import type { BusPublisher, MessageBus } from '../../../core/ports/message-bus.ts';
import type { SourceSpec } from '../../../core/spec/source-spec.ts';
import { ATTRIBUTE_BYTES_MAX, DATA_BYTES_MAX, type Attributes, type DeadLetterReason } from '../../../core/stream/envelope.ts';
import { sha256Of } from '../../../core/stream/sha256-of.ts';
import type { MessageFinding } from '../../event/event-reader.ts';

export interface DeadLetter {
  readonly spec: Pick<SourceSpec, 'name' | 'stream'>;
  readonly data: Uint8Array;
  /** Where it comes from. */
  readonly attributes: Attributes;
  readonly reason: DeadLetterReason;
  readonly findings: readonly MessageFinding[];
}

export interface DeadLetters {
  /** Resolves when the bus has taken it. */
  keep(letter: DeadLetter): Promise<void>;
  close(): Promise<void>;
}

export function openDeadLetters(bus: MessageBus): DeadLetters {
  const publishers = new Map<string, Promise<BusPublisher>>();
  const publisherOf = async (topic: string): Promise<BusPublisher> => {
    let opened = publishers.get(topic);
    if (opened === undefined) {
      opened = bus.publisher(topic);
      publishers.set(topic, opened);
      // One that could not be opened is opened again for the next letter.
      opened.catch(() => publishers.delete(topic));
    }
    return await opened;
  };
  return {
    async keep({ spec, data, attributes, reason, findings }) {
      const publisher = await publisherOf(spec.stream?.dead_letter_topic ?? '');
      const isOversized = data.length > DATA_BYTES_MAX;
      const message = {
        data: Buffer.from(isOversized ? data.subarray(0, DATA_BYTES_MAX) : data),
        attributes: {
          ...attributes,
          ...reasons(reason, findings),
          ...(isOversized && { raw_bytes: String(data.length), raw_sha256: sha256Of(data) }),
        },
        orderingKey: null,
      };
      const published = publisher.publish(message);
      await publisher.flush();
      await published;
    },
    async close() {
      for (const opened of publishers.values()) await (await opened.catch(() => null))?.close();
    },
  };
}

function reasons(reason: DeadLetterReason, findings: readonly MessageFinding[]): Attributes {
  const codes = [...new Set(findings.map(({ code }) => code as string))].join(',');
  const told = findings.map(({ code, column, rule }) => ({ code, column, rule }));
  while (Buffer.byteLength(JSON.stringify(told)) > ATTRIBUTE_BYTES_MAX) told.pop();
  return { reason, told_by: 'reporter', finding_count: String(findings.length), codes, findings: JSON.stringify(told) };
}

/** Where simulated messages go: a topic of the configured log, or a file of JSON Lines. */
import { open } from 'node:fs/promises';
import type { LogProducer, NewLogMessage } from '../../core/ports/message-log.ts';
import type { MessageSink } from './run-simulation.ts';
import type { SimulatedMessage } from './simulated-message.ts';

export interface TopicSinkOptions {
  readonly producer: LogProducer;
  readonly topic: string;
  readonly description: string;
  /** Whether a message's timestamp in the log is its time of sending in event time; else the log's own clock. */
  readonly eventTimestamps: boolean;
}

/** Key = instrument: the log puts all messages of one instrument into one partition. */
export function topicSink({ producer, topic, description, eventTimestamps }: TopicSinkOptions): MessageSink {
  const keys = new Map<string, Buffer>();
  const keyOf = (key: string): Buffer => {
    const known = keys.get(key) ?? Buffer.from(key);
    keys.set(key, known);
    return known;
  };
  return {
    description,
    send: async (messages) =>
      await producer.send(
        messages.map(({ key, value, sentMicros }): NewLogMessage => ({
          topic,
          key: keyOf(key),
          value,
          ...(eventTimestamps && { timestampMs: Math.floor(sentMicros / 1000) }),
        })),
      ),
    close: async () => await producer.close(),
  };
}

const LINE_END = Buffer.from('\n');

/** One message a line; what was in the file is replaced. */
export async function fileSink(path: string): Promise<MessageSink> {
  const handle = await open(path, 'w');
  return {
    description: path,
    send: async (messages) => {
      await handle.writeFile(Buffer.concat(messages.flatMap(lineOf)));
    },
    close: async () => await handle.close(),
  };
}

function lineOf({ value }: SimulatedMessage): readonly Buffer[] {
  return [value, LINE_END];
}

/** The file of truth: a JSON object a line, in the order in which the messages were sent. */
export interface TruthFile {
  readonly add: (truth: unknown) => void;
  /** Writes what was added. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

export async function truthFile(path: string): Promise<TruthFile> {
  const handle = await open(path, 'w');
  let lines: string[] = [];
  const flush = async (): Promise<void> => {
    if (lines.length === 0) return;
    const text = lines.join('');
    lines = [];
    await handle.writeFile(text);
  };
  return {
    add: (truth) => lines.push(`${JSON.stringify(truth)}\n`),
    flush,
    close: async () => {
      await flush();
      await handle.close();
    },
  };
}

/**
 * Connections on which the answers to requests for messages are read but for their records, which stay bytes (record-set.ts). Everything else about a request
 * is the client's: metadata, sessions, versions, encryption, who is asked. Versions 13 and later, which name topics by their ids (Kafka 3.1).
 */
import {
  ConnectionPool,
  ResponseError,
  UnsupportedApiError,
  type Connection,
  type ConnectionOptions,
  type Consumer,
  type Reader,
} from '@platformatic/kafka';
import type { AnswerMemory } from './answer-memory.ts';

const FETCH = 1;
const VERSION_MIN = 13;

type FetchResponse = Awaited<ReturnType<Consumer['fetch']>>;
/** `records` is null, so that the client passes over it. */
export type AnsweredPartition = FetchResponse['responses'][number]['partitions'][number] & { readonly recordSet: Buffer | null };

type ErrorPlaces = [place: string, error: [code: number, message: null]][];

export class Answers extends ConnectionPool {
  constructor(clientId: string, options: ConnectionOptions, memory: AnswerMemory) {
    super(clientId, options);
    this.on('connecting', ({ connection }) => readRecordsAsBytes(connection, memory));
  }
}

function readRecordsAsBytes(connection: Connection, memory: AnswerMemory): void {
  const send = connection.send.bind(connection);
  connection.send = (apiKey, apiVersion, createPayload, parser, ...rest) => {
    const own: unknown = (_id: number, _key: number, _version: number, reader: Reader) => parseAnswer(apiVersion, reader, memory);
    send(apiKey, apiVersion, createPayload, apiKey === FETCH ? (own as typeof parser) : parser, ...rest);
  };
}

function parseAnswer(apiVersion: number, reader: Reader, memory: AnswerMemory): FetchResponse {
  if (apiVersion < VERSION_MIN) {
    throw new UnsupportedApiError(
      `The brokers answer requests for messages of version ${apiVersion}, not ${VERSION_MIN} (Kafka 3.1) or later.`,
    );
  }
  const errors: ErrorPlaces = [];
  const throttleTimeMs = reader.readInt32();
  const errorCode = reader.readInt16();
  if (errorCode !== 0) errors.push(['', [errorCode, null]]);
  const answer: FetchResponse = {
    throttleTimeMs,
    errorCode,
    sessionId: reader.readInt32(),
    responses: reader.readArray((topic, place) => ({
      topicId: topic.readUUID(),
      partitions: topic.readArray(
        (each, index) => partitionOf(each, `/responses/${place}/partitions/${index}`, errors, memory),
        true,
        false,
      ),
    })),
  };
  // Where leaders have gone: they are looked up anew. So are those of partitions.
  reader.readTaggedFields();
  if (errors.length > 0) throw new ResponseError(FETCH, apiVersion, Object.fromEntries(errors), answer);
  return answer;
}

function partitionOf(reader: Reader, place: string, errors: ErrorPlaces, memory: AnswerMemory): AnsweredPartition {
  const partition = {
    partitionIndex: reader.readInt32(),
    errorCode: reader.readInt16(),
    highWatermark: reader.readInt64(),
    lastStableOffset: reader.readInt64(),
    logStartOffset: reader.readInt64(),
    abortedTransactions: reader.readNullableArray((each) => ({ producerId: each.readInt64(), firstOffset: each.readInt64() })),
    preferredReadReplica: reader.readInt32(),
    records: null,
    recordSet: recordSetOf(reader, memory),
  };
  if (partition.errorCode !== 0) errors.push([place, [partition.errorCode, null]]);
  reader.readTaggedFields();
  return partition;
}

/** In one piece, whatever pieces the network has made of it. */
function recordSetOf(reader: Reader, memory: AnswerMemory): Buffer | null {
  // One more than its length; 0 for none.
  const length = reader.readUnsignedVarInt() - 1;
  if (length <= 0) return null;
  const bytes = memory.bytes(length);
  let at = 0;
  for (const piece of reader.buffer.subarray(reader.position, reader.position + length).buffers) at += piece.copy(bytes, at);
  reader.skip(length);
  return bytes;
}

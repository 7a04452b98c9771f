/** Errors of the Kafka client, which come wrapped in each other and in lists, as errors of this project. */
import { MarketsError } from '../../errors/markets-error.ts';
import type { ErrorCode } from '../../errors/error-codes.ts';

const DENIED = new Set(['SASL_AUTHENTICATION_FAILED', 'UNSUPPORTED_SASL_MECHANISM', 'ILLEGAL_SASL_STATE', 'PLT_KFK_AUTHENTICATION']);
const MISSING = new Set(['UNKNOWN_TOPIC_OR_PARTITION', 'UNKNOWN_TOPIC_ID', 'INVALID_TOPIC_EXCEPTION']);
const REFUSED = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_RECORD', 'INVALID_REQUIRED_ACKS', 'POLICY_VIOLATION']);
/** The group has moved on: these partitions are, or will be, somebody else's. */
const MOVED = new Set(['ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID', 'REBALANCE_IN_PROGRESS', 'FENCED_INSTANCE_ID']);
const DEPTH_MAX = 8;

/** Codes of the protocol and of the client that an error holds, outermost first. No message of a broker is taken over. */
export function kafkaCodes(error: unknown, depth = 0): readonly string[] {
  if (!(error instanceof Error) || depth > DEPTH_MAX) return [];
  // The client's own word for a topic that the brokers do not know has no code (2.12.1).
  const named = error.message.startsWith('Unknown topic ') ? ['UNKNOWN_TOPIC_OR_PARTITION'] : [];
  const own = ['apiId', 'code'].flatMap((name) => {
    const value: unknown = Reflect.get(error, name);
    return typeof value === 'string' ? [value] : named;
  });
  const inner: readonly unknown[] = error instanceof AggregateError ? error.errors : [];
  return [...own, ...[...inner, error.cause].flatMap((each) => kafkaCodes(each, depth + 1))];
}

export function isGroupMoved(error: unknown): boolean {
  return kafkaCodes(error).some((code) => MOVED.has(code));
}

export function isSessionLost(error: unknown): boolean {
  return kafkaCodes(error).some((code) => code === 'FETCH_SESSION_ID_NOT_FOUND' || code === 'INVALID_FETCH_SESSION_EPOCH');
}

export function isOutOfRange(error: unknown): boolean {
  return kafkaCodes(error).includes('OFFSET_OUT_OF_RANGE');
}

export function kafkaError(error: unknown, what: string): MarketsError {
  if (error instanceof MarketsError) return error;
  const codes = [...new Set(kafkaCodes(error))];
  const code = codeOf(codes);
  return new MarketsError(code, what, {
    cause: error,
    found: codes.length === 0 ? 'an error without a code' : codes.join(', '),
    next: NEXT[code],
  });
}

type StreamCode = Extract<ErrorCode, `STREAM_${string}`>;
const NEXT: Readonly<Record<StreamCode, string>> = {
  STREAM_UNAVAILABLE: 'Look whether the brokers are there: `markets doctor`. It is tried again.',
  STREAM_DENIED: "Look at streaming.log.sasl and streaming.log.tls of the configuration, and at the account's rights.",
  STREAM_TOPIC_MISSING: "Look at the spec's stream.kafka_topic, or have the topic made.",
  STREAM_STATE: "Look at the size of the messages and at the topic's own limits.",
};

function codeOf(codes: readonly string[]): StreamCode {
  if (codes.some((code) => DENIED.has(code) || code.endsWith('_AUTHORIZATION_FAILED'))) return 'STREAM_DENIED';
  if (codes.some((code) => MISSING.has(code))) return 'STREAM_TOPIC_MISSING';
  if (codes.some((code) => REFUSED.has(code))) return 'STREAM_STATE';
  return 'STREAM_UNAVAILABLE';
}

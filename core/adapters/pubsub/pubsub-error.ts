/** Errors of the Pub/Sub client, which are gRPC's, as errors of this project. */
import { MarketsError } from '../../errors/markets-error.ts';

/** gRPC: 3 invalid argument, 5 not found, 7 permission denied, 16 unauthenticated. */
const CODES = { 3: 'STREAM_STATE', 5: 'STREAM_TOPIC_MISSING', 7: 'STREAM_DENIED', 16: 'STREAM_DENIED' } as const;
const NEXT = {
  STREAM_STATE: 'Look at the size and the attributes of the messages.',
  STREAM_TOPIC_MISSING: 'Have Terraform make the topic or the subscription, or look at streaming.bus.project of the configuration.',
  STREAM_DENIED: 'Look at the rights of the account: roles/pubsub.publisher on topics, roles/pubsub.subscriber on subscriptions.',
  STREAM_UNAVAILABLE: 'It is tried again; look whether the service is reached: `markets doctor`.',
} as const;

export function grpcCode(error: unknown): number {
  return error instanceof Error && 'code' in error ? Number(error.code) : Number.NaN;
}

export function pubsubError(error: unknown, what: string): MarketsError {
  if (error instanceof MarketsError) return error;
  const grpc = grpcCode(error);
  const code = grpc === 3 || grpc === 5 || grpc === 7 || grpc === 16 ? CODES[grpc] : 'STREAM_UNAVAILABLE';
  return new MarketsError(code, what, {
    cause: error,
    found: Number.isNaN(grpc) ? 'an error without a code' : `gRPC code ${String(grpc)}`,
    next: NEXT[code],
  });
}

/** How the brokers are reached. Secrets are values here; a configuration names them (streaming/config). */
import type { BaseOptions } from '@platformatic/kafka';

export type SaslMechanism = 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512';

export interface KafkaConnection {
  /** HOST:PORT each; any of them tells of the others. */
  readonly brokers: readonly string[];
  /** null: no encryption. Certificates are PEM texts. */
  readonly tls: {
    /** null: the authorities that Node knows. */
    readonly certificateAuthority: string | null;
    readonly clientCertificate: string | null;
    readonly clientKey: string | null;
    /** What the brokers' certificates have to be for; null: the host that is connected to. */
    readonly serverName: string | null;
  } | null;
  readonly sasl: { readonly mechanism: SaslMechanism; readonly username: string; readonly password: string } | null;
  readonly times?: Partial<KafkaTimes>;
}

/** Bounds in milliseconds. Tests shorten them. */
export interface KafkaTimes {
  readonly connectMs: number;
  /** Of one request; a join of a group takes as long as the slowest member, at most `rebalanceMs`. */
  readonly requestMs: number;
  readonly heartbeatMs: number;
  /** A member that the brokers do not hear of for so long has left. */
  readonly sessionMs: number;
  readonly rebalanceMs: number;
  /** What a `revoked` callback may take; then the group goes on without it. */
  readonly revokeMs: number;
  /** How long the brokers hold a request for messages while there are none. */
  readonly pollMs: number;
  /** How long is tried again before STREAM_UNAVAILABLE is thrown. */
  readonly unavailableMs: number;
}

const DEFAULT_TIMES: KafkaTimes = {
  connectMs: 5_000,
  requestMs: 45_000,
  heartbeatMs: 3_000,
  sessionMs: 30_000,
  rebalanceMs: 40_000,
  revokeMs: 20_000,
  pollMs: 250,
  unavailableMs: 120_000,
};

export function kafkaTimes(connection: KafkaConnection): KafkaTimes {
  return { ...DEFAULT_TIMES, ...connection.times };
}

/** Settings that every client shares. The library tries nothing again by itself: retry.ts does, within named bounds. */
export function clientOptions(connection: KafkaConnection, clientId: string): BaseOptions {
  const times = kafkaTimes(connection);
  const { tls, sasl } = connection;
  return {
    clientId,
    bootstrapBrokers: [...connection.brokers],
    connectTimeout: times.connectMs,
    timeout: times.requestMs,
    requestTimeout: times.requestMs,
    retries: 0,
    retryDelay: 0,
    metadataMaxAge: 5_000,
    autocreateTopics: false,
    strict: false,
    ...(tls === null ? {} : { tls: tlsOptions(tls), tlsServerName: tls.serverName ?? true }),
    ...(sasl === null ? {} : { sasl: { mechanism: sasl.mechanism, username: sasl.username, password: sasl.password } }),
  };
}

function tlsOptions(tls: NonNullable<KafkaConnection['tls']>): NonNullable<BaseOptions['tls']> {
  return {
    rejectUnauthorized: true,
    minVersion: 'TLSv1.2',
    ...(tls.certificateAuthority === null ? {} : { ca: tls.certificateAuthority }),
    ...(tls.clientCertificate === null ? {} : { cert: tls.clientCertificate }),
    ...(tls.clientKey === null ? {} : { key: tls.clientKey }),
  };
}

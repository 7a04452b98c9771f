/**
 * One SSH connection with its SFTP channel. The socket is our own, without Nagle's delay, which costs a stream of small packets nine tenths of its
 * speed. Every request has a time limit; one that passes it ends the connection, since what its server does later is not known.
 */
import { connect, type Socket } from 'node:net';
import { Client, type ConnectConfig, type SFTPWrapper } from 'ssh2';
import type { SecretText } from '../../ports/secrets.ts';
import { isMarketsError, MarketsError } from '../../errors/markets-error.ts';
import { fingerprintOf, readHostKeys, unknownHostKey } from './host-keys.ts';
import { translated, unavailable } from './sftp-error.ts';

export type SftpCredentials =
  { readonly privateKey: SecretText; readonly passphrase: SecretText | null } | { readonly password: SecretText };

export interface SftpOptions {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  /** See host-keys.ts. */
  readonly hostKeys: readonly string[];
  /** Read anew for every connection, so that a secret may be changed while the program runs. */
  readonly credentials: () => Promise<SftpCredentials>;
  /** Of the handshake, and of each request. */
  readonly timeoutMs: number;
}

type Done<T> = (error: Error | null | undefined, value?: T) => void;

export interface SftpConnection {
  /** One request; `what` is for messages. */
  call<T = void>(what: string, start: (sftp: SFTPWrapper, done: Done<T>) => void): Promise<T>;
  close(): Promise<void>;
}

const KEEPALIVE_MS = 10_000;
const KEEPALIVES_MISSED_MAX = 3;
const CLOSE_MS = 2_000;

export function whereOf({ host, port }: Pick<SftpOptions, 'host' | 'port'>): string {
  return `sftp://${host}:${String(port)}`;
}

export async function openConnection(options: SftpOptions): Promise<SftpConnection> {
  const where = whereOf(options);
  const credentials = await options.credentials();
  const socket = await openSocket(options, where);
  const client = new Client();
  try {
    const sftp = await handshake(client, socket, options, credentials, where);
    return connectionOver(client, socket, sftp, options.timeoutMs, where);
  } catch (error) {
    client.destroy();
    socket.destroy();
    throw error;
  }
}

async function openSocket({ host, port, timeoutMs }: SftpOptions, where: string): Promise<Socket> {
  return await new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true });
    const fail = (cause: Error): void => {
      clearTimeout(timer);
      socket.destroy();
      reject(unavailable(`${where} cannot be reached.`, cause));
    };
    const timer = setTimeout(() => fail(new Error(`no connection within ${String(timeoutMs)} ms`)), timeoutMs);
    socket.once('error', fail);
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.off('error', fail);
      resolve(socket);
    });
  });
}

async function handshake(
  client: Client,
  socket: Socket,
  options: SftpOptions,
  credentials: SftpCredentials,
  where: string,
): Promise<SFTPWrapper> {
  let refused: MarketsError | undefined;
  return await new Promise<SFTPWrapper>((resolve, reject) => {
    const fail = (cause: Error): void => {
      reject(refused ?? handshakeError(where, cause));
    };
    client.on('error', fail);
    client.once('close', () => fail(new Error('the server closed the connection')));
    client.once('ready', () => {
      client.sftp((error, sftp) => {
        if (error === undefined) resolve(sftp);
        else fail(error);
      });
    });
    const hostKeys = readHostKeys(options.hostKeys);
    const config: ConnectConfig = {
      sock: socket,
      username: options.username,
      ...authentication(credentials),
      hostVerifier: (key: Buffer): boolean => {
        if (hostKeys.isKnown(key)) return true;
        refused = unknownHostKey(where, fingerprintOf(key));
        return false;
      },
      ...(hostKeys.algorithms === undefined ? {} : { algorithms: { serverHostKey: [...hostKeys.algorithms] } }),
      readyTimeout: options.timeoutMs,
      keepaliveInterval: KEEPALIVE_MS,
      keepaliveCountMax: KEEPALIVES_MISSED_MAX,
      tryKeyboard: false,
      agentForward: false,
    };
    try {
      client.connect(config);
    } catch (cause) {
      // Before a byte is sent: the key cannot be read, or not with this passphrase. Its message may show the key.
      reject(authenticationError(where, 'a private key that cannot be read', isMarketsError(cause) ? cause : undefined));
    }
  });
}

/** One way only: a server that refuses it is not offered another. */
function authentication(credentials: SftpCredentials): Partial<ConnectConfig> {
  if ('password' in credentials) return { password: credentials.password.reveal(), authHandler: ['password'] };
  const { privateKey, passphrase } = credentials;
  return {
    privateKey: privateKey.reveal(),
    ...(passphrase === null ? {} : { passphrase: passphrase.reveal() }),
    authHandler: ['publickey'],
  };
}

function handshakeError(where: string, cause: Error): MarketsError {
  const level = 'level' in cause ? cause.level : undefined;
  if (level === 'client-authentication') return authenticationError(where, 'a refusal', cause);
  return unavailable(`${where} did not come to an agreement.`, cause);
}

function authenticationError(where: string, found: string, cause?: Error): MarketsError {
  return new MarketsError('REMOTE_AUTHENTICATION', `${where} does not let us in.`, {
    cause,
    expected: 'the user, and the key or password, that the partner knows',
    found,
    next: 'Compare delivery.sftp with what the partner was given.',
  });
}

function connectionOver(client: Client, socket: Socket, sftp: SFTPWrapper, timeoutMs: number, where: string): SftpConnection {
  let ended: MarketsError | undefined;
  const waiting = new Set<(error: MarketsError) => void>();
  const end = (error: MarketsError): void => {
    ended ??= error;
    for (const refuse of waiting) refuse(ended);
    waiting.clear();
  };
  client.removeAllListeners('error');
  client.on('error', (cause: Error) => end(unavailable(`The connection to ${where} broke.`, cause)));
  client.on('close', () => end(unavailable(`The connection to ${where} was closed.`)));
  return {
    call: async <T = void>(what: string, start: (sftp: SFTPWrapper, done: Done<T>) => void): Promise<T> => {
      if (ended !== undefined) throw ended;
      return await new Promise<T>((resolve, reject) => {
        const settle = (finish: () => void): void => {
          clearTimeout(timer);
          waiting.delete(refuse);
          finish();
        };
        const refuse = (error: MarketsError): void => settle(() => reject(error));
        const timer = setTimeout(() => {
          end(unavailable(`${where} did not answer within ${String(timeoutMs)} ms at ${what}.`));
          socket.destroy();
        }, timeoutMs);
        waiting.add(refuse);
        start(sftp, (error, value) => settle(() => (error ? reject(translated(what, error)) : resolve(value as T))));
      });
    },
    close: async () => {
      if (ended === undefined) await closeGently(client);
      end(unavailable('The session is closed.'));
      client.destroy();
      socket.destroy();
    },
  };
}

async function closeGently(client: Client): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, CLOSE_MS);
    client.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
    client.end();
  });
}

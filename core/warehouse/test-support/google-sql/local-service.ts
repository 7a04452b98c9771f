/**
 * The process that analyses GoogleSQL: the reference implementation's server (ZetaSQL) of the npm package that
 * scripts/install-test-tools.sh brings into .tools/sql-analyzer, spoken to by gRPC on a free port of this machine.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { join } from 'node:path';

const HOME = join(import.meta.dirname, '../../../../.tools/sql-analyzer');
const PACKAGE = join(HOME, 'node_modules/@fivetrandevelopers/zetasql/lib/zetasql');
const START_TIMEOUT_MS = 30_000;
const CALL_TIMEOUT_MS = 120_000;
const START_ATTEMPTS_MAX = 3;
const MESSAGE_BYTES_MAX = 256 * 1024 * 1024;

/** A call that the server refused: INVALID_ARGUMENT for SQL that is wrong, OUT_OF_RANGE for an evaluation that fails. */
export class ServiceError extends Error {
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

export interface LocalService {
  /** The answer as plain data, 64-bit integers as texts; a ServiceError where the server refuses. */
  readonly call: (method: string, request: object) => Promise<unknown>;
  readonly close: () => Promise<void>;
}

type Callback = (error: { readonly code: number; readonly details: string } | null, answer: unknown) => void;
interface Client {
  waitForReady(deadline: number, done: (error?: Error) => void): void;
  close(): void;
  makeUnaryRequest?: never;
  readonly [method: string]: unknown;
}
interface Grpc {
  readonly loadPackageDefinition: (definition: unknown) => {
    readonly zetasql: {
      readonly local_service: { readonly ZetaSqlLocalService: new (address: string, credentials: unknown, options: object) => Client };
    };
  };
  readonly credentials: { readonly createInsecure: () => unknown };
}
interface ProtoLoader {
  readonly loadSync: (file: string, options: object) => unknown;
}

export async function startLocalService(): Promise<LocalService> {
  const binary = join(PACKAGE, binaryName());
  if (!existsSync(binary)) {
    throw new Error(
      `The GoogleSQL analyzer is not installed. Expected: ${binary}. Next: run scripts/install-test-tools.sh (make test does).`,
    );
  }
  let failure: unknown;
  for (let attempt = 1; attempt <= START_ATTEMPTS_MAX; attempt += 1) {
    try {
      return await startOn(binary, await freePort());
    } catch (error) {
      failure = error;
    }
  }
  throw new Error('The GoogleSQL analyzer did not start.', { cause: failure });
}

/** As the package names its executables. */
function binaryName(): string {
  return `remote_server${process.arch.startsWith('arm') ? '_arm' : ''}${process.platform === 'darwin' ? '' : '.so'}`;
}

async function startOn(binary: string, port: number): Promise<LocalService> {
  const child = spawn(binary, ['127.0.0.1', String(port)], { stdio: 'ignore' });
  const stop = (): void => void child.kill('SIGKILL');
  process.once('exit', stop);
  const ended = new Promise<never>((_, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`The analyzer ended at once with ${code ?? 'a signal'}.`)));
  });
  ended.catch(() => undefined);
  const client = connect(port);
  try {
    await Promise.race([ready(client), ended]);
  } catch (error) {
    client.close();
    stop();
    throw error;
  }
  return {
    call: (method, request) => call(client, method, request),
    close: async () => {
      client.close();
      process.removeListener('exit', stop);
      await stopped(child);
    },
  };
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

function connect(port: number): Client {
  const load = createRequire(join(HOME, 'package.json'));
  const [grpcPackage, loaderPackage] = ['@grpc/grpc-js', '@grpc/proto-loader'];
  const grpc = load(grpcPackage) as Grpc;
  const loader = load(loaderPackage) as ProtoLoader;
  const definition = loader.loadSync('local_service.proto', {
    defaults: true,
    oneofs: true,
    longs: String,
    includeDirs: [join(PACKAGE, 'protos')],
  });
  const { ZetaSqlLocalService } = grpc.loadPackageDefinition(definition).zetasql.local_service;
  return new ZetaSqlLocalService(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), {
    'grpc.enable_http_proxy': 0,
    'grpc.max_send_message_length': MESSAGE_BYTES_MAX,
    'grpc.max_receive_message_length': MESSAGE_BYTES_MAX,
  });
}

function ready(client: Client): Promise<void> {
  return new Promise((resolve, reject) => {
    client.waitForReady(Date.now() + START_TIMEOUT_MS, (error) => (error === undefined ? resolve() : reject(error)));
  });
}

function call(client: Client, method: string, request: object): Promise<unknown> {
  const send = client[method];
  if (typeof send !== 'function') {
    return Promise.reject(new Error(`The analyzer has no method ${method}.`));
  }
  return new Promise((resolve, reject) => {
    const done: Callback = (error, answer) => (error === null ? resolve(answer) : reject(new ServiceError(error.code, error.details)));
    send.call(client, request, { deadline: Date.now() + CALL_TIMEOUT_MS }, done);
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') {
    throw new Error('expected a port, found none');
  }
  return address.port;
}

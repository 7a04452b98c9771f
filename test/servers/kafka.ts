/** Kafka: one process that is broker and controller, with its data in a folder of its own, so that it can be killed and come back on the same ports. */
import { readdirSync, rmSync, writeFileSync, mkdtempSync } from 'node:fs';
import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from './free-port.ts';
import { isListening, startServer, type RunningServer } from './server-process.ts';
import { installedProgram, programOf, programOnPath, type ServerTool } from './server-tool.ts';

/** What is found is the folder of its jars. */
export const KAFKA: ServerTool = {
  name: 'kafka',
  needs: 'Java and Maven',
  find: () => (programOnPath('java') === undefined ? undefined : installedProgram('kafka', 'libs')),
};

export interface KafkaOptions {
  /** Beside those that every broker of a test has; a value here goes before one of those. */
  readonly properties?: Readonly<Record<string, string>>;
  /** A second listener, which clients use: what follows `listener.name.<lower-case name>.` of the properties describes it. */
  readonly clientListener?: { readonly protocol: 'SSL' | 'SASL_PLAINTEXT' | 'SASL_SSL' };
}

export interface KafkaServer {
  /** 127.0.0.1:<port> of the listener without protection. */
  readonly broker: string;
  /** 127.0.0.1:<port> of the client listener, else the same as `broker`. */
  readonly clientBroker: string;
  output(): string;
  /** SIGTERM: it writes what it has and ends. */
  stop(): Promise<void>;
  /** SIGKILL, as a machine that loses power. */
  kill(): Promise<void>;
  /** Starts it again after `stop` or `kill`: the same ports, the same data. */
  restart(): Promise<void>;
  /** Ends it and removes its data. Safe to repeat. */
  remove(): Promise<void>;
}

const JVM = ['-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];
const READY_MS = 100_000;
/** A broker that comes back may wait for its controller for good where both were stopped meanwhile: then it is killed and begins anew, as whoever runs it would do. */
const RESTARTS_MAX = 5;

export async function startKafka(options: KafkaOptions = {}): Promise<KafkaServer> {
  const folder = mkdtempSync(join(tmpdir(), 'kafka-'));
  const ports = { plain: await freePort(), controller: await freePort(), client: await freePort() };
  const properties = join(folder, 'server.properties');
  writeFileSync(properties, propertiesText(folder, ports, options));
  const libs = programOf(KAFKA);
  const classPath = readdirSync(libs)
    .map((name) => join(libs, name))
    .join(':');
  const java = programOnPath('java') ?? 'java';
  const clusterId = Buffer.from('markets-kafka-ab').toString('base64url').slice(0, 22);
  const format = ['format', '--standalone', '-t', clusterId, '-c', properties];
  await promisify(execFile)(java, [...JVM, '-cp', classPath, 'kafka.tools.StorageTool', ...format]);
  const start = async (): Promise<RunningServer> =>
    await startServer({
      name: KAFKA.name,
      program: java,
      words: [...JVM, '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn', '-cp', classPath, 'kafka.Kafka', properties],
      folder,
      isReady: async () => await isListening(ports.plain),
      readyWithinMs: READY_MS,
    });
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  let server = await start().catch((error: unknown) => {
    remove();
    throw error;
  });
  return {
    broker: `127.0.0.1:${String(ports.plain)}`,
    clientBroker: `127.0.0.1:${String(options.clientListener === undefined ? ports.plain : ports.client)}`,
    output: () => server.output(),
    stop: async () => await server.stop(),
    kill: async () => await server.kill(),
    async restart() {
      await server.stop();
      for (let tries = 1; ; tries += 1) {
        try {
          server = await start();
          return;
        } catch (error) {
          if (tries === RESTARTS_MAX) throw error;
        }
      }
    },
    async remove() {
      await server.kill();
      remove();
    },
  };
}

interface Ports {
  readonly plain: number;
  readonly controller: number;
  readonly client: number;
}

function propertiesText(folder: string, ports: Ports, options: KafkaOptions): string {
  const listeners = {
    PLAINTEXT: ports.plain,
    CONTROLLER: ports.controller,
    ...(options.clientListener === undefined ? {} : { CLIENT: ports.client }),
  };
  const protocols = [
    'PLAINTEXT:PLAINTEXT',
    'CONTROLLER:PLAINTEXT',
    ...(options.clientListener === undefined ? [] : [`CLIENT:${options.clientListener.protocol}`]),
  ];
  const addresses = Object.entries(listeners).map(([name, port]) => `${name}://127.0.0.1:${String(port)}`);
  const properties: Readonly<Record<string, string>> = {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.bootstrap.servers': `127.0.0.1:${String(ports.controller)}`,
    'controller.listener.names': 'CONTROLLER',
    listeners: addresses.join(','),
    'advertised.listeners': addresses.filter((address) => !address.startsWith('CONTROLLER')).join(','),
    'listener.security.protocol.map': protocols.join(','),
    'log.dirs': join(folder, 'data'),
    'auto.create.topics.enable': 'false',
    'offsets.topic.replication.factor': '1',
    'offsets.topic.num.partitions': '4',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    'transaction.state.log.num.partitions': '4',
    'share.coordinator.state.topic.replication.factor': '1',
    'share.coordinator.state.topic.min.isr': '1',
    'group.initial.rebalance.delay.ms': '0',
    // A broker that was killed is let in again sooner.
    'broker.session.timeout.ms': '2000',
    'broker.heartbeat.interval.ms': '500',
    ...options.properties,
  };
  return Object.entries(properties)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

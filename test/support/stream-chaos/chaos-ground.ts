/** What the test of many messages runs on: Kafka, the Pub/Sub emulator with a line to it that can fail, and the processes between them. */
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openKafkaMessageLog } from '../../../core/adapters/kafka/kafka-message-log.ts';
import type { MessageLog } from '../../../core/ports/message-log.ts';
import { startCuttingProxy, type CuttingProxy } from '../../servers/cutting-proxy.ts';
import { startKafka, type KafkaServer } from '../../servers/kafka.ts';
import { JAVA_PUBSUB_EMULATOR, startPubsubEmulator, type PubsubEmulator } from '../../servers/pubsub-emulator.ts';
import { BRIDGE_TIMES } from '../bridge-process-options.ts';
import { askPubsub } from './ask-pubsub.ts';
import { PROJECT, type BridgeLine, type BridgeOptions, type SinkLine, type SinkOptions } from './chaos-options.ts';
import { watchProcess, type WatchedProcess } from './watched-process.ts';

export type Bridge = WatchedProcess<BridgeLine>;

/** Of what the processes have written, so much is shown where the test fails. */
const ERRORS_SHOWN = 4000;
const SENDER_MS = 600_000;

export class ChaosGround {
  readonly kafka: KafkaServer;
  /** Between the bridges and Pub/Sub. */
  readonly line: CuttingProxy;
  private readonly emulator: PubsubEmulator;
  private readonly folder: string;
  private readonly errors: number;
  private readonly processes: WatchedProcess<unknown>[] = [];
  private bridges = 0;

  private constructor(kafka: KafkaServer, emulator: PubsubEmulator, line: CuttingProxy) {
    this.kafka = kafka;
    this.emulator = emulator;
    this.line = line;
    this.folder = mkdtempSync(join(tmpdir(), 'stream-chaos-'));
    this.errors = openSync(join(this.folder, 'errors.log'), 'a');
  }

  /** `heapMegabytes` is the emulator's. */
  static async open(heapMegabytes: number): Promise<ChaosGround> {
    const kafka = await startKafka({ properties: { 'group.min.session.timeout.ms': '500' } });
    try {
      const emulator = await startPubsubEmulator(JAVA_PUBSUB_EMULATOR, { heapMegabytes });
      const [host = '', port = ''] = emulator.host.split(':');
      return new ChaosGround(kafka, emulator, await startCuttingProxy({ host, port: Number(port) }));
    } catch (error) {
      await kafka.remove();
      throw error;
    }
  }

  /** Of the lane: store and warehouse. */
  get root(): string {
    return join(this.folder, 'root');
  }

  /** For the sender, who has more patience than a bridge: where it gives up nobody knows what was sent. */
  openLog(): MessageLog {
    const times = { ...BRIDGE_TIMES, unavailableMs: SENDER_MS };
    return openKafkaMessageLog({ brokers: [this.kafka.broker], tls: null, sasl: null, times });
  }

  /** A topic and what the sink reads of it. An ordered subscription of the emulator is ten times as slow; the messages have no ordering key. */
  async createBusTopic(topic: string): Promise<void> {
    await askPubsub(this.emulator.host, PROJECT, 'PUT', `topics/${topic}`, {});
    const subscription = { topic: `projects/${PROJECT}/topics/${topic}`, ackDeadlineSeconds: 600 };
    await askPubsub(this.emulator.host, PROJECT, 'PUT', `subscriptions/${topic}-sink`, subscription);
  }

  startBridge(untilIdleSeconds: number | null = null): Bridge {
    this.bridges += 1;
    const given: BridgeOptions = {
      ...{ broker: this.kafka.broker, pubsub: `127.0.0.1:${String(this.line.port)}`, root: this.root },
      ...{ writer: `20230130T060000-${String(this.bridges).padStart(8, '0')}`, untilIdleSeconds },
    };
    return this.start('bridge-process.ts', given, { done: 0, isReading: false });
  }

  startSink(): WatchedProcess<SinkLine> {
    const given: SinkOptions = { pubsub: this.emulator.host, root: this.root };
    return this.start('sink-process.ts', given, { rows: 0, emptyPulls: 0 });
  }

  /** The last of what the processes have written on their error output. */
  said(): string {
    return readFileSync(join(this.folder, 'errors.log'), 'utf8').slice(-ERRORS_SHOWN);
  }

  async close(): Promise<void> {
    await Promise.all(this.processes.map(async (each) => await each.kill()));
    await this.kafka.remove();
    await this.line.close();
    await this.emulator.stop();
    closeSync(this.errors);
    rmSync(this.folder, { recursive: true, force: true });
  }

  private start<Line>(program: string, given: object, first: Line): WatchedProcess<Line> {
    const started = watchProcess({ program, given, errors: this.errors, first });
    this.processes.push(started);
    return started;
  }
}

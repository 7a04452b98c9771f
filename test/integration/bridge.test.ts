/**
 * Many messages from Kafka over Pub/Sub into a table of the warehouse, through bridges that are killed, on a broker that is killed, to a bus that goes away: the truth of the
 * generator is what arrives. Size by MESSAGES, KILLS and SEED; `make chaos` runs the whole size.
 */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest';
import { readEnvironment } from '../../cli/framework/environment.ts';
import { openSandboxLane, type SandboxLane } from '../../cli/sandbox/sandbox-lane.ts';
import { createFolderObjectStore } from '../../core/adapters/folder-object-store/folder-object-store.ts';
import { KAFKA } from '../servers/kafka.ts';
import { JAVA_PUBSUB_EMULATOR } from '../servers/pubsub-emulator.ts';
import { serverOrSkip } from '../servers/server-tool.ts';
import { exchangeTrades } from '../support/bridge-process-options.ts';
import { HOME } from '../support/command-line.ts';
import { ChaosGround } from '../support/stream-chaos/chaos-ground.ts';
import type { SinkLine } from '../support/stream-chaos/chaos-options.ts';
import { foundInWarehouse, type Found } from '../support/stream-chaos/found-in-warehouse.ts';
import { live } from '../support/stream-chaos/live.ts';
import { planLives } from '../support/stream-chaos/plan-lives.ts';
import { readAccount } from '../support/stream-chaos/read-account.ts';
import { openTrades, type SentTrades } from '../support/stream-chaos/sent-trades.ts';
import type { WatchedProcess } from '../support/stream-chaos/watched-process.ts';

const MESSAGES = Number(process.env['MESSAGES'] ?? 20_000);
const KILLS = Number(process.env['KILLS'] ?? 3);
const SEED = Number(process.env['SEED'] ?? 2026);
const AWAY_MS = Number(process.env['AWAY_SECONDS'] ?? 10) * 1000;
const CORRUPT = 0.05;
const WAYS = 8;
const PARTITIONS = 6;
/** A cycle this much later judges every offset that was read. */
const LATER_MS = 600_000;
/** The last bridge ends when nothing came for so long. */
const IDLE_SECONDS = 5;
/** Requests of the sink in a row that bring nothing when nothing is left. */
const EMPTY_PULLS = 20;
/** Lines in a row, ten a second, in which the sink has committed nothing more: then what is not there is lost. */
const QUIET_LINES = 1200;
/** So that the emulator, which keeps everything, has room: 2 kB a message, and half as many again are published twice. */
const HEAP_MEGABYTES = 2048 + Math.ceil(MESSAGES / 250);
const TIMEOUT_MS = 900_000 + MESSAGES * 3;
const SERVERS_MS = 600_000;

serverOrSkip([KAFKA, JAVA_PUBSUB_EMULATOR], 'from Kafka over Pub/Sub into the warehouse', () => {
  let ground: ChaosGround;
  let lane: SandboxLane | undefined;
  beforeAll(async () => {
    ground = await ChaosGround.open(HEAP_MEGABYTES);
  }, SERVERS_MS);
  afterAll(async () => {
    await lane?.close();
    await ground.close();
  }, SERVERS_MS);

  /** Returns when every message is done by a bridge, with the truth of what was sent. */
  async function bridged(): Promise<SentTrades> {
    const { stream } = await exchangeTrades();
    const log = ground.openLog();
    await log.createTopic(stream.kafka_topic, PARTITIONS);
    const options = { topic: stream.kafka_topic, partitions: PARTITIONS, corrupt: CORRUPT, messages: MESSAGES, seed: SEED };
    const trades = await openTrades(log, options);
    const { lives, rest } = planLives({ messages: MESSAGES, kills: KILLS, seed: SEED });
    const send = async (count: number): Promise<void> => await trades.send(count);
    for (const life of lives) await live(life, { ground, send, awayMs: AWAY_MS });
    await trades.send(rest);
    await trades.close();
    await log.close();
    await ground.startBridge(IDLE_SECONDS).ended();
    return trades;
  }

  async function inWarehouse({ name }: { readonly name: string }, { codes }: SentTrades): Promise<Found> {
    lane = await openSandboxLane({
      ...{ rootFolder: ground.root, specsFolder: join(HOME, 'source_specs'), environment: readEnvironment() },
      ...{ signal: new AbortController().signal, choose: (specs) => specs.filter((spec) => spec.name === name) },
    });
    const cycle = await lane.cycle(new Date(Date.now() + LATER_MS).toISOString().replace('Z', '000Z'));
    expect(cycle).toMatchObject({ errors: [], transform: 'ok' });
    const reader = await lane.openWarehouse();
    try {
      return await foundInWarehouse(reader, name, codes);
    } finally {
      reader.close();
    }
  }

  test(
    `of ${String(MESSAGES)} messages every good one is in the table once and every bad one among the dead letters with its reason, though the bridge is killed ${String(KILLS)} times`,
    { timeout: TIMEOUT_MS },
    async () => {
      onTestFailed(() => console.error(ground.said()));
      const spec = await exchangeTrades();
      for (const topic of [spec.stream.pubsub_topic, spec.stream.dead_letter_topic]) await ground.createBusTopic(topic);
      const times = [performance.now()];
      const sink = ground.startSink();
      const sent = await bridged();
      times.push(performance.now());
      const { rows, twice } = await finish(sink, MESSAGES);
      times.push(performance.now());
      expect(rows).toBe(MESSAGES);

      const found = await inWarehouse(spec, sent);
      times.push(performance.now());
      const good = sent.codes.flat().filter((codes) => codes === '').length;
      expect(found).toEqual({ good, bad: MESSAGES - good, wrong: [], twice: 0, missing: 0, losses: 0, staged: good });
      expect([...sent.ways.keys()]).toHaveLength(WAYS);
      // Within five standard deviations.
      expect(Math.abs(found.bad - MESSAGES * CORRUPT)).toBeLessThan(5 * Math.sqrt(MESSAGES * CORRUPT * (1 - CORRUPT)));

      const account = await readAccount(createFolderObjectStore(ground.root), spec.name, PARTITIONS);
      expect(account.read).toEqual(sent.codes.map(({ length }) => length));
      expect(twice.length).toBeGreaterThan(0);
      expect(account.notInDoubt(twice)).toEqual([]);
      const [bridging, sinking, judging] = times.slice(1).map((time, index) => ((time - (times[index] ?? 0)) / 1000).toFixed(1));
      console.log(
        `${MESSAGES} messages: ${good} good, ${found.bad} bad (${[...sent.ways].map(([way, count]) => `${way} ${String(count)}`).join(', ')}),`,
        `${twice.length} published twice and named; bridged in ${bridging} s, in the store ${sinking} s later, in the tables ${judging} s after that`,
      );
    },
  );
});

/** Waits until the sink has committed so many rows and nothing comes any more, ends it, and gives its last line. */
async function finish(sink: WatchedProcess<SinkLine>, rows: number): Promise<Required<SinkLine>> {
  const quiet = { rows: 0, lines: 0 };
  await sink.until((line) => {
    quiet.lines = line.rows === quiet.rows ? quiet.lines + 1 : 0;
    quiet.rows = line.rows;
    return (line.rows >= rows && line.emptyPulls >= EMPTY_PULLS) || quiet.lines > QUIET_LINES;
  });
  await sink.stop();
  return { twice: [], ...sink.line };
}

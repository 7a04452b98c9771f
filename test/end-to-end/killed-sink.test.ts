/** Sinks that are killed between any two steps: in the end every offset that was published is in one committed batch, once. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEmbeddedMessageBus } from '../../core/adapters/embedded-bus/embedded-message-bus.ts';
import { createFolderObjectStore } from '../../core/adapters/folder-object-store/folder-object-store.ts';
import { seededRandom } from '../../core/sample-data/random.ts';
import type { SinkStep } from '../../streaming/sink/sink-options.ts';
import { committedRows, placed } from '../../streaming/sink/test-support/published.ts';
import { SINK_TIMES, startSinkProcess, TRADES, type SinkProcess } from '../support/sink-process-options.ts';

const STEPS: readonly SinkStep[] = ['gathered', 'part_written', 'committed', 'acknowledged'];
const MESSAGES = 400;
const KILLS = 4;

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'killed-sink-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Three partitions; one in five is published twice, one in seven is a dead letter. Gives the places, in order. */
async function publish(bus: string, first: number): Promise<string[]> {
  const opened = openEmbeddedMessageBus({ folder: bus, times: SINK_TIMES });
  for (const topic of [TRADES.topic, TRADES.deadLetterTopic]) {
    await opened.createTopic(topic);
    await opened.createSubscription(`${topic}-sink`, topic);
  }
  const good = await opened.publisher(TRADES.topic);
  const bad = await opened.publisher(TRADES.deadLetterTopic);
  const indexes = Array.from({ length: MESSAGES }, (_, index) => first + index);
  const sent = indexes.flatMap((index) => {
    const message = placed(index % 3, index);
    const publisher = index % 7 === 0 ? bad : good;
    return Array.from({ length: index % 5 === 0 ? 2 : 1 }, async () => await publisher.publish(message));
  });
  await Promise.all(sent);
  await opened.close();
  return indexes.map((index) => `${index % 3}-${index}`);
}

async function committed(root: string): Promise<string[]> {
  const rows = await committedRows(createFolderObjectStore(root));
  return rows.map(({ attributes }) => `${attributes['kafka_partition'] ?? ''}-${attributes['kafka_offset'] ?? ''}`).toSorted();
}

async function endsWell(sink: SinkProcess): Promise<void> {
  const { status, stderr } = await sink.ended;
  expect(status, stderr).toBe(0);
}

describe('a sink that is killed', () => {
  it.each(STEPS)('behind the step "%s" loses nothing and doubles nothing', async (step) => {
    const [bus, root] = [join(folder, step, 'bus'), join(folder, step, 'root')];
    const places = await publish(bus, 0);
    for (const time of [1, 3]) {
      const { status } = await startSinkProcess({ bus, root, untilIdleSeconds: 2, killAt: { step, time } }).ended;
      expect(status).toBe('SIGKILL');
    }
    await endsWell(startSinkProcess({ bus, root, untilIdleSeconds: 2 }));
    expect(await committed(root)).toEqual(places.toSorted());
  });

  it('at any moment, with two others beside it, loses nothing and doubles nothing', async () => {
    const [bus, root] = [join(folder, 'any', 'bus'), join(folder, 'any', 'root')];
    const random = seededRandom(20260302);
    const places = await publish(bus, 0);
    const others = [1, 2].map(() => startSinkProcess({ bus, root, untilIdleSeconds: 6 }));
    for (let kill = 1; kill <= KILLS; kill += 1) {
      places.push(...(await publish(bus, kill * MESSAGES)));
      const { child, ended } = startSinkProcess({ bus, root, untilIdleSeconds: 60 });
      await wait(random.integer(300, 1500));
      child.kill('SIGKILL');
      await ended;
    }
    await Promise.all(others.map(endsWell));
    await endsWell(startSinkProcess({ bus, root, untilIdleSeconds: 2 }));
    expect(await committed(root)).toEqual(places.toSorted());
  });
});

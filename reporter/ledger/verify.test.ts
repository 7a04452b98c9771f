import { afterEach, beforeEach, expect, test } from 'vitest';
import { adoptUnfinished } from './adopt-unfinished.ts';
import { logName, segmentName, stepName } from '../../core/reports/object-names.ts';
import { createTradeSteps } from './stored-trade-steps.ts';
import { eventOf, finished, instanceOf, openBench, received, stepOf, type LedgerBench } from './test-support/ledger-bench.ts';
import { verifyReports } from './verify.ts';
import { sha256Of } from '../../core/stream/sha256-of.ts';

let bench: LedgerBench;
afterEach(async () => await bench.close());
beforeEach(async () => {
  bench = await openBench('memory');
  await fill();
});

/** Two segments and two anchors of one instance that ended, one of another that died and was adopted, one step with its end. */
async function fill(): Promise<void> {
  const first = await bench.open(1, { heartbeatSeconds: 60 });
  const steps = createTradeSteps(bench.store);
  const step = stepOf(1);
  await first.append(received(1));
  await bench.time.advance(60_000);
  await steps.claim(step);
  const about = { eventId: step.event_id, reportId: step.report_id };
  await first.append({ kind: 'submitted', ...about, data: { step: 1, action: 'NEWT', try: 1, sha256: step.payload_sha256 } });
  await steps.end(step, { state: 'accepted', codes: [], instance: instanceOf(1), at: step.at });
  await first.append({ kind: 'acknowledged', ...about, data: { step: 1, action: 'NEWT', codes: [] } });
  await first.append(finished(1));
  await first.close();
  const second = await bench.open(2);
  await second.append(received(2));
  bench.time.stand(31_000);
  const third = await bench.open(3);
  await adoptUnfinished({ store: bench.store, ledger: third, time: bench.time }, async () => await Promise.resolve());
  await third.append(finished(2));
  await third.close();
}

async function names(prefix: string): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { name } of bench.store.list(prefix)) found.push(name);
  return found;
}

async function remove(name: string): Promise<void> {
  const info = await bench.store.stat(name);
  await bench.store.delete(name, { generation: info!.generation });
}

async function places(): Promise<readonly string[]> {
  return (await verifyReports(bench.store)).findings.map(({ place }) => place);
}

test('ledgers that nobody touched verify', async () => {
  expect(await verifyReports(bench.store)).toEqual({
    instances: 3,
    open: 0,
    entries: 7,
    anchors: 4,
    steps: 1,
    finding_count: 0,
    findings: [],
  });
});

test('any changed byte of any object is found, at its place', async () => {
  // The smallest ledger of each kind of object: of an instance that died, with its anchor and its adoption, and a step with its end.
  for (const number of [1, 3]) {
    for (const folder of ['ledger', 'anchors', 'adoptions'])
      for (const name of await names(`control/reports/${folder}/${instanceOf(number)}/`)) await remove(name);
  }
  for (const name of await names('reports/')) await remove(name);
  const steps = createTradeSteps(bench.store);
  await steps.claim({ ...stepOf(1), payload: '', payload_sha256: sha256Of(Buffer.of()) });
  await steps.end(stepOf(1), { state: 'not_sent', codes: [], instance: instanceOf(1), at: stepOf(1).at });
  expect(await places()).toEqual([]);
  const objects = [...(await names('control/reports/')), ...(await names('reports/'))].filter((name) => !name.includes('/instances/'));
  expect(objects).toHaveLength(6);
  for (const name of objects) {
    const bytes = await bench.store.read(name);
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Buffer.from(bytes);
      // From a line end to a blank, and from any character to another one of the same kind or not.
      changed[at] = (changed[at] ?? 0) ^ (at % 3 === 0 ? 0x2a : 1 << (at % 8));
      await bench.store.write(name, changed, { overwrite: true });
      const found = await places();
      expect(
        found.some((place) => place.startsWith(name.slice(0, name.lastIndexOf('/')))),
        `byte ${at} of ${name}`,
      ).toBe(true);
    }
    await bench.store.write(name, bytes, { overwrite: true });
  }
  expect(await places()).toEqual([]);
});

test.each([1, 2, 3, 4])('an entry that is taken out of the middle or the end is found: entry %j', async (seq) => {
  const segments = (await names(`control/reports/ledger/${instanceOf(1)}/`)).map((name) => name);
  const name = segments[seq - 1] ?? '';
  expect(name).toBe(segmentName(instanceOf(1), seq));
  await remove(name);
  expect((await verifyReports(bench.store)).finding_count).toBeGreaterThan(0);
});

test('a whole ledger that is gone is known by its anchors', async () => {
  for (const name of await names(`control/reports/ledger/${instanceOf(1)}/`)) await remove(name);
  expect(await places()).toContain(`control/reports/ledger/${instanceOf(1)}/`);
});

test('a ledger that is gone with its anchors is known by its adoption', async () => {
  for (const folder of ['ledger', 'anchors'])
    for (const name of await names(`control/reports/${folder}/${instanceOf(2)}/`)) await remove(name);
  expect(await places()).toEqual([`control/reports/adoptions/${instanceOf(2)}/000001.done.json`]);
});

test('segments that changed their places are found', async () => {
  const [one, two] = [segmentName(instanceOf(1), 2), segmentName(instanceOf(1), 3)];
  const [first, second] = [await bench.store.read(one), await bench.store.read(two)];
  await bench.store.write(one, second, { overwrite: true });
  await bench.store.write(two, first, { overwrite: true });
  expect(await places()).toContain(`${one}:1`);
  const foreign = await bench.store.read(segmentName(instanceOf(2), 1));
  await bench.store.write(one, first, { overwrite: true });
  await bench.store.write(two, second, { overwrite: true });
  await bench.store.write(segmentName(instanceOf(1), 1), foreign, { overwrite: true });
  expect(await places()).toContain(`${segmentName(instanceOf(1), 1)}:1`);
});

test('an anchor that is taken out is found by the one behind it', async () => {
  const [anchor = ''] = await names(`control/reports/anchors/${instanceOf(1)}/`);
  await remove(anchor);
  expect((await verifyReports(bench.store)).finding_count).toBeGreaterThan(0);
});

test('what an instance writes after its ledger was closed is named', async () => {
  const stolen = await bench.store.read(segmentName(instanceOf(1), 1));
  await bench.store.write(segmentName(instanceOf(2), 2), stolen, { ifAbsent: true });
  expect(await places()).toContain(`${segmentName(instanceOf(2), 2)}:1`);
});

test('a report that was sent and whose step is gone, or is another, is found', async () => {
  const name = stepName(eventOf(1), 'rts_22', 1);
  await remove(name);
  expect(await places()).toContain(name);
  const steps = createTradeSteps(bench.store);
  await steps.claim({ ...stepOf(1), ...otherPayload() });
  expect(await places()).toEqual([name]);
});

function otherPayload(): { payload: string; payload_sha256: string } {
  const { payload, payload_sha256 } = stepOf(2);
  return { payload, payload_sha256 };
}

test('the torn end of a file that nobody has closed yet is no finding; a line that is none is one', async () => {
  const folder = await openBench('folder');
  try {
    const ledger = await folder.open(1);
    await ledger.append(received(1));
    const name = logName(instanceOf(1));
    const bytes = await folder.store.read(name);
    await folder.store.write(name, Buffer.concat([bytes, Buffer.from('{"at"')]), { overwrite: true });
    expect(await verifyReports(folder.store)).toMatchObject({ open: 1, entries: 1, finding_count: 0 });
    await folder.store.write(name, Buffer.concat([bytes, Buffer.from('{"at"\n')]), { overwrite: true });
    expect((await verifyReports(folder.store)).findings).toEqual([{ place: `${name}:2`, expected: 'entry 2', found: 'no JSON' }]);
  } finally {
    await folder.close();
  }
});

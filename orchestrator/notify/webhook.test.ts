import { createServer, type Server } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { laneBench, MONDAY, type LaneBench } from '../test-support/lane-bench.ts';
import { laneSpec } from '../test-support/lane-spec.ts';
import { webhookNotifier } from './webhook.ts';

let server: Server | undefined;
afterEach(() => server?.close());

/** Answers with the statuses in turn, the last one for ever, and keeps what it was told. */
async function receiver(...statuses: readonly number[]): Promise<{ url: string; told: Record<string, unknown>[] }> {
  const told: Record<string, unknown>[] = [];
  let answered = 0;
  server = createServer((incoming, answer) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      told.push(JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>);
      answer.statusCode = statuses[Math.min(answered++, statuses.length - 1)] ?? 500;
      answer.end('ok');
    });
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', () => resolve()));
  const address = server.address();
  return { url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/hook`, told };
}

async function laneWithBadFile(): Promise<LaneBench> {
  const lane = laneBench();
  await lane.drop('trades/t_20230130.csv', ['id', 'FAIL']);
  return lane;
}

test('an alert is told when it is opened and when it is closed, each once', async () => {
  const { url, told } = await receiver(200);
  const lane = await laneWithBadFile();
  const notify = webhookNotifier(url);
  await lane.run(MONDAY, [laneSpec()], { notify });
  await lane.run(MONDAY, [laneSpec()], { notify });
  await lane.drop('trades/t_20230130.csv', ['id', '1']);
  await lane.run(MONDAY, [laneSpec()], { notify });
  expect(told.map((body) => [body['about'], body['kind'], body['severity']])).toEqual([
    ['opened', 'failed', 'P2'],
    ['closed', 'failed', undefined],
  ]);
});

test('a receiver that is down for a moment is asked again', async () => {
  const { url, told } = await receiver(503, 503, 204);
  const lane = await laneWithBadFile();
  await lane.run(MONDAY, [laneSpec()], { notify: webhookNotifier(url) });
  expect(told).toHaveLength(3);
  expect((await lane.eventsOf('alert_notified')).map(({ data }) => [data.status, data.attempts])).toEqual([['delivered', 3]]);
});

test('a receiver that stays away costs three cycles of trying and no run', async () => {
  const lane = await laneWithBadFile();
  const notify = webhookNotifier('http://127.0.0.1:9/never');
  for (let cycle = 0; cycle < 5; cycle++) expect((await lane.run(MONDAY, [laneSpec()], { notify })).errors).toEqual([]);
  const outcomes = await lane.eventsOf('alert_notified');
  expect(outcomes.map(({ data }) => [data.status, data.http_status])).toEqual(Array.from({ length: 3 }, () => ['failed', null]));
});

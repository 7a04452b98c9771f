/** What reaches the service besides good requests: tricks, floods, slowness; and what it says while it is full, broken or ending. Real sockets. */
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { MarketsError } from '../../core/errors/markets-error.ts';
import { tradeMessage } from '../event/test-support/trade-spec.ts';
import { sendRaw } from './test-support/raw-request.ts';
import { startTestService, type ServiceInTest } from './test-support/service-in-test.ts';

const YAML = `    message_bytes_max: 4096
    header_bytes_max: 8192
    headers_max: 20
    header_seconds: 0.5
    request_seconds: 1
    connections_max: 20
  intake:
    events: {access: none}
    admin: {access: none}
`;
let inTest: ServiceInTest;
beforeEach(async () => {
  inTest = await startTestService(YAML);
});
afterEach(async () => {
  await inTest.service.close(500);
});

async function post(
  body: Uint8Array | string,
  path = '/events?source=desk_trades',
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return await fetch(`${inTest.url}${path}`, { method: 'POST', body: Buffer.from(body), headers });
}

async function codeOf(response: Response): Promise<readonly [number, unknown]> {
  const body = (await response.json()) as { readonly error: { readonly code: string } };
  return [response.status, body.error.code];
}

const MESSAGE = tradeMessage().toString();
const HEAD = 'POST /events?source=desk_trades HTTP/1.1\r\nHost: localhost\r\n';
const LENGTH = `Content-Length: ${String(MESSAGE.length)}\r\n`;

test('a posted message is received, and the answer names the event', async () => {
  const response = await post(tradeMessage());
  expect(response.status).toBe(202);
  const [arrival] = inTest.pipeline.arrivals;
  expect(await response.json()).toEqual({
    status: 'received',
    event_id: arrival?.event.eventId,
    trade_id: arrival?.event.tradeId,
    version: '1',
    trade_status: 'NEW',
  });
  expect((await post(tradeMessage(), '/events?source=desk_trades&replay=true')).status).toBe(202);
  expect(inTest.pipeline.arrivals.map(({ via }) => via)).toEqual(['events', 'replay']);
});

test('an answer waits until the event is durable', async () => {
  const durable = Promise.withResolvers<'received'>();
  inTest.pipeline.answer = async () => await durable.promise;
  const answered = post(tradeMessage());
  expect(await Promise.race([answered.then(() => 'answered'), wait(150, 'waits')])).toBe('waits');
  durable.resolve('received');
  expect((await answered).status).toBe(202);
});

test.each([
  ['/events', 400, 'REQUEST_MALFORMED'],
  ['/events?source=desk_trades&source=other', 400, 'REQUEST_MALFORMED'],
  ['/events?source=desk_trades&form=xml', 400, 'REQUEST_MALFORMED'],
  ['/events?source=desk_trades&colour=red', 400, 'REQUEST_MALFORMED'],
  ['/events?source=__proto__', 422, 'SOURCE_UNKNOWN'],
  ['/events?source=other', 422, 'SOURCE_UNKNOWN'],
  ['/push', 404, 'HTTP_ROUTE'],
  ['/other', 404, 'HTTP_ROUTE'],
  ['/metrics', 404, 'HTTP_ROUTE'],
])('POST %s is %d %s', async (path, status, code) => {
  expect(await codeOf(await post(tradeMessage(), path))).toEqual([status, code]);
  expect(inTest.pipeline.arrivals).toEqual([]);
});

test('a message that is too large is refused, one that is far too large before it was read', async () => {
  expect(await codeOf(await post(Buffer.alloc(4097, 0x20)))).toEqual([413, 'MESSAGE_TOO_LARGE']);
  const answer = await sendRaw(inTest.service.port, [`${HEAD}Content-Length: 99000000\r\n\r\n`, Buffer.alloc(1000)]);
  expect(answer).toMatch(/^HTTP\/1\.1 413 .*"HTTP_BODY_TOO_LARGE"/s);
  const chunked = await sendRaw(inTest.service.port, [
    `${HEAD}Transfer-Encoding: chunked\r\n\r\n`,
    ...Array.from({ length: 40 }, () => `2000\r\n${'x'.repeat(0x2000)}\r\n`),
  ]);
  expect(chunked).toMatch(/^HTTP\/1\.1 413 .*"HTTP_BODY_TOO_LARGE"/s);
});

test.each([
  ['Content-Length and Transfer-Encoding', `${HEAD}${LENGTH}Transfer-Encoding: chunked\r\n\r\n${MESSAGE}`, 400],
  ['two lengths', `${HEAD}${LENGTH}Content-Length: 5\r\n\r\n${MESSAGE}`, 400],
  ['the same length twice', `${HEAD}${LENGTH}${LENGTH}\r\n${MESSAGE}`, 400],
  ['two tokens', `${HEAD}${LENGTH}Authorization: Bearer a\r\nAuthorization: Bearer b\r\n\r\n${MESSAGE}`, 400],
  ['two hosts', `${HEAD}Host: other\r\n${LENGTH}\r\n${MESSAGE}`, 400],
  ['no host', `POST /events?source=desk_trades HTTP/1.1\r\n${LENGTH}\r\n${MESSAGE}`, 400],
  ['a length below zero', `${HEAD}Content-Length: -1\r\n\r\n${MESSAGE}`, 400],
  ['a space before the colon', `${HEAD}Content-Length : 5\r\n\r\n${MESSAGE}`, 400],
  ['a folded header', `${HEAD}Transfer-Encoding:\r\n chunked\r\n${LENGTH}\r\n${MESSAGE}`, 400],
  ['an encoding behind another', `${HEAD}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`, 400],
  ['a packed body', `${HEAD}${LENGTH}Content-Encoding: gzip\r\n\r\n${MESSAGE}`, 415],
  ['a bare line feed in a header', `${HEAD}X: a\nContent-Length: 5\r\n\r\nhello`, 400],
  ['no HTTP', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400],
  ['a header as long as none is', `${HEAD}Authorization: Bearer ${'x'.repeat(9000)}\r\n${LENGTH}\r\n${MESSAGE}`, 431],
  [
    'more headers than any request has',
    `${HEAD}${LENGTH}${Array.from({ length: 60 }, (_, index) => `X-${String(index)}: 1\r\n`).join('')}\r\n${MESSAGE}`,
    431,
  ],
])('%s: refused, counted, and the connection is closed', async (_, request, status) => {
  const answer = await sendRaw(inTest.service.port, [request]);
  expect(answer.slice(0, 12)).toBe(`HTTP/1.1 ${String(status)}`);
  expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1);
  expect(inTest.pipeline.arrivals).toEqual([]);
  expect([...inTest.service.refusals.totals.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThan(0);
  expect((await post(tradeMessage())).status).toBe(202);
});

test.each([
  ['a connection that says nothing', ['']],
  ['headers byte by byte', [...`${HEAD}${LENGTH}`]],
  ['a body that does not end', [`${HEAD}${LENGTH}\r\n`, ...MESSAGE.slice(0, 60)]],
])('%s is cut off in its time', async (_, parts) => {
  const before = performance.now();
  const answer = await sendRaw(inTest.service.port, parts, 40);
  expect(performance.now() - before).toBeLessThan(6000);
  expect(answer).toMatch(/^HTTP\/1\.1 408|^$/);
  expect(inTest.pipeline.arrivals).toEqual([]);
  expect(inTest.service.refusals.totals.get('HTTP_TIMEOUT')).toBe(1);
});

test('a sender is told to wait when the pipeline is full, and when the ledger cannot write', async () => {
  inTest.pipeline.answer = async () => await Promise.resolve('full');
  const full = await post(tradeMessage());
  expect(full.headers.get('retry-after')).toBe('2');
  expect(await codeOf(full)).toEqual([503, 'PIPELINE_FULL']);
  inTest.pipeline.answer = async () => await Promise.reject(new MarketsError('STORE_UNAVAILABLE', 'gone'));
  expect(await codeOf(await post(tradeMessage()))).toEqual([503, 'LEDGER_UNAVAILABLE']);
  inTest.pipeline.answer = async () => await Promise.reject(new TypeError('a bug'));
  expect(await codeOf(await post(tradeMessage()))).toEqual([500, 'INTERNAL']);
});

test('one that ends takes nothing new, answers what is under way, and says so to probes', async () => {
  const durable = Promise.withResolvers<'received'>();
  inTest.pipeline.answer = async () => await durable.promise;
  const under = post(tradeMessage());
  await wait(100);
  expect((await fetch(`${inTest.url}/readyz`)).status).toBe(200);
  inTest.service.drain();
  const ready = await fetch(`${inTest.url}/readyz`);
  expect([ready.status, await ready.text()]).toEqual([503, 'draining\n']);
  expect((await fetch(`${inTest.url}/healthz`)).status).toBe(200);
  expect(await codeOf(await post(tradeMessage()))).toEqual([503, 'DRAINING']);
  const closed = inTest.service.close(5000);
  await wait(50);
  durable.resolve('received');
  expect((await under).status).toBe(202);
  await closed;
  await expect(fetch(inTest.url)).rejects.toThrow();
});

test('its end is bounded also when something under way does not end', async () => {
  inTest.pipeline.answer = async () => await new Promise(() => undefined);
  const under = post(tradeMessage()).then(
    () => 'answered',
    () => 'cut off',
  );
  await wait(100);
  const before = performance.now();
  await inTest.service.close(300);
  expect(performance.now() - before).toBeLessThan(2000);
  expect(await under).toBe('cut off');
});

test('figures tell requests, events, refusals and times, and no words of strangers', async () => {
  await post(tradeMessage());
  await post(tradeMessage(), '/secret-word?x=1');
  const text = await (await fetch(`${inTest.url}/metrics`)).text();
  expect(text).toContain('markets_reporter_requests_total{route="/events",code="202"} 1');
  expect(text).toContain('markets_reporter_requests_total{route="other",code="404"} 1');
  expect(text).toContain('markets_reporter_received_total{via="events",source="desk_trades"} 1');
  expect(text).toContain('markets_reporter_refused_total{code="HTTP_ROUTE"} 1');
  expect(text).toContain('markets_reporter_request_seconds_count{route="/events"} 1');
  expect(text).not.toContain('secret-word');
});

test('administrators refresh and replay, under their name and with a reason', async () => {
  expect(await (await post('', '/admin/refresh-cache')).json()).toEqual({ refreshed: { entries: 3 } });
  const id = '0'.repeat(32);
  const replay = await post(JSON.stringify({ event_ids: [id], why: 'the LEI was corrected' }), '/admin/replay');
  expect(await replay.json()).toEqual({ events: [{ event_id: id, outcome: 'replayed' }] });
  expect(inTest.pipeline.replays).toEqual([{ eventIds: [id], by: 'anybody', why: 'the LEI was corrected' }]);
  for (const body of ['', '{}', JSON.stringify({ event_ids: [id] }), JSON.stringify({ event_ids: ['x'], why: 'because' })]) {
    expect(await codeOf(await post(body, '/admin/replay'))).toEqual([400, 'REQUEST_MALFORMED']);
  }
});

test('more connections than are allowed are dropped and counted, and those that are there go on', async () => {
  const held = Array.from({ length: 25 }, async () => await sendRaw(inTest.service.port, ['']));
  await wait(200);
  expect(inTest.service.refusals.totals.get('HTTP_CONNECTIONS')).toBeGreaterThanOrEqual(5);
  await Promise.all(held);
  expect((await post(tradeMessage())).status).toBe(202);
});

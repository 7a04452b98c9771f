import { afterEach, expect, it } from 'vitest';
import { startRegulator, type RunningRegulator } from '../simulator/start-regulator.ts';
import { madeUpReport } from './test-support/made-up-report.ts';
import { madeUpTime, type MadeUpTime } from './test-support/made-up-time.ts';
import { openTestSubmitter, type TestSubmitter } from './test-support/open-test-submitter.ts';
import { startScriptedServer, type ScriptedAnswer, type ScriptedServer } from './test-support/scripted-server.ts';

const opened: { close(): Promise<void> }[] = [];
const SECRET = 'a secret: with % and \u00e4';

afterEach(async () => {
  for (const one of opened.splice(0).toReversed()) await one.close();
});

async function openClient(url: string, tokenUrl: string, time: MadeUpTime, secret = SECRET): Promise<TestSubmitter> {
  const oauth = { token_url: tokenUrl, client_id: 'bank of tests', client_secret: { secret: 'client' }, scope: 'reports' };
  const test = await openTestSubmitter({ url, time, settings: { oauth, breaker: { calls_min: 100 } }, secrets: { client: secret } });
  opened.push(test.submitter);
  return test;
}

async function openRegulator(time: MadeUpTime): Promise<RunningRegulator> {
  const oauth = { clientId: 'bank of tests', clientSecret: SECRET, lifeSeconds: 300 };
  const running = await startRegulator({ nowMs: () => time.nowMs(), oauth });
  opened.push(running);
  return running;
}

/** A server of tokens token-1, token-2 ... and of reports, which takes those that `admits`. */
async function openScripted(admits: (token: string) => boolean, grant: (n: number) => ScriptedAnswer = granted): Promise<ScriptedServer> {
  let tokens = 0;
  const server = await startScriptedServer(({ url, headers }) => {
    if (url === '/token') return grant((tokens += 1));
    const token = String(headers['authorization']).replace('Bearer ', '');
    return admits(token) ? { status: 200, body: '{"trn":"R22A1","action":"NEWT","state":"ACPT","codes":[]}' } : { status: 401 };
  });
  opened.push(server);
  return server;
}

function granted(n: number): ScriptedAnswer {
  return { status: 200, body: JSON.stringify({ access_token: `token-${String(n)}`, token_type: 'Bearer', expires_in: 300 }) };
}

const REPORT = madeUpReport({ trn: 'R22A1', form: 'json' });
const tokenCalls = ({ calls }: ScriptedServer): number => calls.filter(({ url }) => url === '/token').length;

it('a token is fetched once, used by all calls, and fetched again shortly before it is over', async () => {
  const time = madeUpTime();
  const server = await openScripted(() => true);
  const { submitter, tell } = await openClient(server.url, `${server.url}/token`, time);
  await Promise.all(Array.from({ length: 5 }, async () => await submitter.submit(REPORT, tell)));
  expect(tokenCalls(server)).toBe(1);
  time.advance(269_000);
  await submitter.submit(REPORT, tell);
  expect(tokenCalls(server)).toBe(1);
  time.advance(1_000);
  expect(await submitter.submit(REPORT, tell)).toMatchObject({ state: 'accepted' });
  expect(tokenCalls(server)).toBe(2);
  expect(server.calls.at(-1)?.headers['authorization']).toBe('Bearer token-2');
  const [first] = server.calls;
  expect(first?.body).toBe('grant_type=client_credentials&scope=reports');
  expect(first?.headers['authorization']).toMatch(/^Basic /);
});

it('a token that is not taken any more is replaced by the next try', async () => {
  const server = await openScripted((token) => token === 'token-2');
  const { submitter, tell, told } = await openClient(server.url, `${server.url}/token`, madeUpTime());
  expect(await submitter.submit(REPORT, tell)).toMatchObject({ state: 'accepted' });
  expect(told).toMatchObject([
    [1, null],
    [1, { state: 'unsent', reason: 'http_401' }],
    [2, null],
    [2, { state: 'accepted' }],
  ]);
});

it.each<[string, ScriptedAnswer]>([
  ['refuses', { status: 401, body: '{"error":"invalid_client"}' }],
  ['breaks off', 'reset'],
  ['answers with something else', { status: 200, body: '<html/>' }],
  ['gives a token that no header can hold', { status: 200, body: '{"access_token":"a\\r\\nb","expires_in":300}' }],
])('where the server of tokens %s, nothing is sent, and nothing is told as a try', async (_, answer) => {
  const server = await openScripted(
    () => true,
    () => answer,
  );
  const { submitter, tell, told } = await openClient(server.url, `${server.url}/token`, madeUpTime());
  expect(await submitter.submit(REPORT, tell)).toEqual({ state: 'unsent', reason: 'no_token', retryAfterMs: null });
  expect(told).toEqual([]);
  expect(server.calls.every(({ url }) => url === '/token')).toBe(true);
});

it('the simulated regulator gives and demands tokens', async () => {
  const time = madeUpTime();
  const running = await openRegulator(time);
  const good = await openClient(running.url, `${running.url}/token`, time);
  expect(await good.submitter.submit(REPORT, good.tell)).toMatchObject({ state: 'accepted' });
  time.advance(400_000);
  expect(await good.submitter.inquire(REPORT)).toMatchObject({ state: 'accepted' });
  const wrong = await openClient(running.url, `${running.url}/token`, time, 'another');
  expect(await wrong.submitter.submit(REPORT, wrong.tell)).toMatchObject({ state: 'unsent', reason: 'no_token' });
  const without = await openTestSubmitter({ url: running.url, settings: { breaker: { calls_min: 100 } } });
  opened.push(without.submitter);
  expect(await without.submitter.submit(REPORT, without.tell)).toMatchObject({ state: 'unsent', reason: 'http_401' });
});

import { afterEach, expect, it } from 'vitest';
import { madeUpReport } from './test-support/made-up-report.ts';
import { openTestSubmitter, type TestSubmitter } from './test-support/open-test-submitter.ts';
import { startScriptedServer, type ScriptedAnswer, type ScriptedServer } from './test-support/scripted-server.ts';

const opened: { close(): Promise<void> }[] = [];
const ACCEPTED: ScriptedAnswer = { status: 200, body: '{"trn":"R22A1","action":"NEWT","state":"ACPT","codes":[]}' };
const REPORT = madeUpReport({ trn: 'R22A1', form: 'json' });

afterEach(async () => {
  for (const one of opened.splice(0).toReversed()) await one.close();
});

async function open(
  script: Parameters<typeof startScriptedServer>[0],
  settings: Record<string, unknown>,
): Promise<TestSubmitter & { server: ScriptedServer }> {
  const server = await startScriptedServer(script);
  opened.push(server);
  const test = await openTestSubmitter({ url: server.url, settings });
  opened.push(test.submitter);
  return { ...test, server };
}

it('a destination that fails is left alone for a while, and taken up again by calls one at a time', async () => {
  let works = false;
  const breaker = { window_calls: 10, calls_min: 4, failed_share: 0.5, open_seconds: 30, probes: 2 };
  const { submitter, server, time, tell, told, observed } = await open(
    () => (works ? ACCEPTED : { status: 503, body: '{"taken":false}' }),
    { breaker },
  );
  const state = (): string | undefined => submitter.destinations()[0]?.breaker;

  // It opens by the fourth try; the submission ends there, so that its caller can do something else.
  expect(await submitter.submit(REPORT, tell)).toEqual({ state: 'unsent', reason: 'breaker_open', retryAfterMs: 22_000 });
  expect([server.calls.length, told.length, state()]).toEqual([4, 8, 'open']);
  expect(await submitter.submit(REPORT, tell)).toMatchObject({ state: 'unsent', reason: 'breaker_open' });
  expect(await submitter.inquire(REPORT)).toEqual({ state: 'ambiguous', reason: 'inquiry_breaker_open' });
  expect([server.calls.length, told.length]).toEqual([4, 8]);

  time.advance(22_000);
  works = true;
  expect(await submitter.submit(REPORT, tell)).toMatchObject({ state: 'accepted' });
  expect(state()).toBe('half_open');
  expect(await submitter.submit(REPORT, tell)).toMatchObject({ state: 'accepted' });
  expect(state()).toBe('closed');
  const changes = observed.flatMap((one) => (one.kind === 'breaker' ? [`${one.from} ${one.to}`] : []));
  expect(changes).toEqual(['closed open', 'open half_open', 'half_open closed']);
});

it('rejections and refusals of single reports do not open the breaker', async () => {
  const { submitter, tell } = await open([{ status: 400, body: '{"code":"FIL-105"}' }], { breaker: { calls_min: 2, failed_share: 0.1 } });
  for (let n = 0; n < 10; n++) await submitter.submit(REPORT, tell);
  expect(submitter.destinations()).toEqual([{ destination: 'regulator', breaker: 'closed', in_flight: 0, waiting: 0 }]);
});

it('no more calls are under way at once than allowed, and no more wait', async () => {
  let most = 0;
  const seen: (() => void)[] = [];
  const { submitter, tell } = await open([ACCEPTED], { concurrency: 2, waiting_max: 3 });
  // Each call is held where its try is told, which is within its place.
  const held = async (number: number, outcome: unknown): Promise<void> => {
    if (outcome !== null) return;
    await tell(number, null);
    most = Math.max(most, submitter.destinations()[0]?.in_flight ?? 0);
    await new Promise<void>((resolve) => seen.push(resolve));
  };
  const outcomes = Array.from({ length: 6 }, async () => await submitter.submit(REPORT, held));
  expect(await outcomes[5]).toEqual({ state: 'unsent', reason: 'too_many_waiting', retryAfterMs: null });
  expect(submitter.destinations()).toMatchObject([{ in_flight: 2, waiting: 3 }]);
  let released = 0;
  while (released < 5) {
    const next = seen.shift();
    if (next === undefined) await new Promise((resolve) => setImmediate(resolve));
    else released += 1;
    next?.();
  }
  expect(await Promise.all(outcomes.slice(0, 5))).toEqual(Array(5).fill({ state: 'accepted', codes: [] }));
  expect(most).toBe(2);
});

it('calls wait for the rate of their destination by the injected clock', async () => {
  const { submitter, tell, time } = await open([ACCEPTED], { per_second: 4, burst: 2 });
  for (let n = 0; n < 5; n++) await submitter.submit(REPORT, tell);
  expect(time.waits).toEqual([250, 250, 250]);
});

it('every call is observed, with its result and without anything of the report', async () => {
  const { submitter, tell, observed } = await open(['reset', { ...ACCEPTED, headers: {} }, ACCEPTED], {});
  await submitter.submit(REPORT, tell);
  expect(observed.map((one) => (one.kind === 'call' ? [one.call, one.result, one.reason] : one.kind))).toEqual([
    ['submit', 'ambiguous', 'broken_off'],
    ['inquire', 'ambiguous', 'inquiry_without_digest'],
    ...Array.from({ length: 5 }, () => ['inquire', 'ambiguous', 'inquiry_without_digest']),
  ]);
});

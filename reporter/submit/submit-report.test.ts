import { afterEach, describe, expect, it } from 'vitest';
import { startRegulator, type RegulatorOptions, type RunningRegulator } from '../simulator/start-regulator.ts';
import type { RegulatorFault } from '../simulator/fault-choice.ts';
import { OTHER_BYTES } from './submitter.ts';
import { madeUpReport } from './test-support/made-up-report.ts';
import { madeUpTime } from './test-support/made-up-time.ts';
import { openTestSubmitter, type TestSubmitter, type TestSubmitterOptions } from './test-support/open-test-submitter.ts';
import { startScriptedServer, type ScriptedAnswer } from './test-support/scripted-server.ts';
import { firstTriesOnly } from './test-support/seed-of-fault.ts';

const opened: { close(): Promise<void> }[] = [];
const SHORT = { limits: { headers_seconds: 0.1, body_seconds: 30, call_seconds: 60 } };

afterEach(async () => {
  for (const one of opened.splice(0).toReversed()) await one.close();
});

interface Pair extends TestSubmitter {
  readonly running: RunningRegulator;
}

async function openPair(regulator: RegulatorOptions = {}, settings: TestSubmitterOptions['settings'] = {}): Promise<Pair> {
  const time = madeUpTime();
  const running = await startRegulator({ nowMs: () => time.nowMs(), delayMs: 5, ...regulator });
  opened.push(running);
  const test = await openTestSubmitter({ url: running.url, time, settings });
  opened.push(test.submitter);
  return { running, ...test };
}

async function openScripted(script: Parameters<typeof startScriptedServer>[0], settings = {}): ReturnType<typeof openTestSubmitter> {
  const server = await startScriptedServer(script);
  opened.push(server);
  const test = await openTestSubmitter({ url: server.url, settings });
  opened.push(test.submitter);
  return test;
}

const REPORT = madeUpReport({ trn: 'R22A1' });
const BUSY: ScriptedAnswer = { status: 503, body: '{"taken":false}' };
const UNKNOWN: ScriptedAnswer = { status: 404, body: '{"unknown":true}' };

describe('a report without faults', () => {
  it('is accepted by the first try, told before and after it', async () => {
    const { submitter, running, told, tell } = await openPair();
    expect(await submitter.submit(REPORT, tell)).toEqual({ state: 'accepted', codes: [] });
    expect(told).toEqual([
      [1, null],
      [1, { state: 'accepted', codes: [] }],
    ]);
    expect(running.regulator.books()).toMatchObject([{ trn: 'R22A1', action: 'NEWT', state: 'ACPT', acceptances: 1 }]);
  });

  it('is rejected with the codes of the regulator, in XML and in JSON', async () => {
    const { submitter, tell } = await openPair({ instruments: { unknown: new Set(['DE0007164600']), pending: new Set() } });
    expect(await submitter.submit(madeUpReport({ trn: 'A', lei: '529900T8BM49AURSDO56' }), tell)).toEqual({
      ...{ state: 'rejected', codes: ['SIM-LEI', 'CON-412'] },
    });
    expect(await submitter.submit(madeUpReport({ trn: 'B', form: 'json' }), tell)).toEqual({ state: 'rejected', codes: ['CON-412'] });
  });

  it('is rejected where it cannot be read at all, with the code or the status of the refusal', async () => {
    const { submitter, tell } = await openPair();
    const broken = { ...REPORT, bytes: Buffer.from('<a/>'), sha256: madeUpReport({ trn: 'X' }).sha256 };
    expect(await submitter.submit(broken, tell)).toEqual({ state: 'rejected', codes: ['SIM-DIGEST'] });
    const scripted = await openScripted([{ status: 413, body: 'too large' }]);
    expect(await scripted.submitter.submit(REPORT, tell)).toEqual({ state: 'rejected', codes: ['HTTP-413'] });
  });

  it('is pending until the regulator has decided', async () => {
    const { submitter, tell, time } = await openPair({
      lateMs: 60_000,
      instruments: { unknown: new Set(), pending: new Set(['DE0007164600']) },
    });
    expect(await submitter.submit(REPORT, tell)).toEqual({ state: 'pending', codes: ['CON-411'] });
    expect(await submitter.inquire(REPORT)).toEqual({ state: 'pending', codes: ['CON-411'] });
    expect(await submitter.submit(REPORT, tell)).toEqual({ state: 'pending', codes: ['CON-023'] });
    time.advance(60_000);
    expect(await submitter.inquire(REPORT)).toEqual({ state: 'accepted', codes: [] });
  });

  it('is a duplicate that stands where the bytes are equal, and an alarm where they are not', async () => {
    const { submitter, running, tell, observed } = await openPair();
    await submitter.submit(REPORT, tell);
    expect(await submitter.submit(REPORT, tell)).toEqual({ state: 'accepted', codes: ['CON-023'] });
    const other = madeUpReport({ trn: 'R22A1', note: 'other bytes' });
    expect(await submitter.submit(other, tell)).toEqual({ state: 'rejected', codes: ['CON-023', OTHER_BYTES] });
    expect(await submitter.inquire(other)).toEqual({ state: 'rejected', codes: ['CON-023', OTHER_BYTES] });
    expect(observed.filter(({ kind }) => kind === 'finding')).toEqual(
      Array(2).fill({ kind: 'finding', destination: 'regulator', code: OTHER_BYTES, trn: 'R22A1', action: 'NEWT' }),
    );
    expect(running.regulator.summary()).toMatchObject({ accepted: 1, duplicates: 1, conflicts: 1 });
  });

  it('is not rejected by a rejection that only says that its reference is taken: asking tells by what', async () => {
    const { submitter, running, tell, told } = await openPair({ duplicatesAs: 'reply' });
    await submitter.submit(REPORT, tell);
    expect(await submitter.submit(REPORT, tell)).toEqual({ state: 'accepted', codes: [] });
    expect(told.at(-1)).toEqual([1, { state: 'ambiguous', reason: 'duplicate_without_hash' }]);
    const other = madeUpReport({ trn: 'R22A1', note: 'other bytes' });
    expect(await submitter.submit(other, tell)).toEqual({ state: 'rejected', codes: ['CON-023', OTHER_BYTES] });
    expect(running.regulator.summary()).toMatchObject({ accepted: 1, duplicates: 1, conflicts: 1, questions: 2 });
  });

  it('may be sent again with other bytes after it was rejected', async () => {
    const { submitter, running, tell } = await openPair();
    const wrong = madeUpReport({ trn: 'R22A1', lei: '529900T8BM49AURSDO56' });
    expect(await submitter.submit(wrong, tell)).toMatchObject({ state: 'rejected' });
    expect(await submitter.inquire(REPORT)).toEqual({ state: 'unknown' });
    expect(await submitter.submit(REPORT, tell)).toEqual({ state: 'accepted', codes: [] });
    expect(running.regulator.books()).toMatchObject([{ state: 'ACPT', acceptances: 1 }]);
  });

  it('is cancelled only where it stands', async () => {
    const { submitter, tell } = await openPair();
    const cancellation = madeUpReport({ trn: 'R22A1', action: 'CANC' });
    expect(await submitter.submit(cancellation, tell)).toEqual({ state: 'rejected', codes: ['CON-024'] });
    await submitter.submit(REPORT, tell);
    expect(await submitter.submit(cancellation, tell)).toEqual({ state: 'accepted', codes: [] });
  });

  it('is not known before it was sent', async () => {
    const { submitter } = await openPair();
    expect(await submitter.inquire(REPORT)).toEqual({ state: 'unknown' });
  });

  it('goes nowhere without a destination', async () => {
    const { submitter, tell } = await openPair();
    await expect(submitter.submit({ ...REPORT, destination: 'elsewhere' }, tell)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  it('is not sent where the ledger does not take that it will be', async () => {
    const { submitter, running } = await openPair();
    await expect(submitter.submit(REPORT, async () => await Promise.reject(new Error('the ledger is closed')))).rejects.toThrow('ledger');
    expect(running.regulator.summary()).toMatchObject({ posts: 0 });
  });
});

describe('a report whose first try meets a fault', () => {
  const inDoubt = (reason: string) => ({ state: 'ambiguous', reason });
  const unsent = (reason: string) => ({ state: 'unsent', reason, retryAfterMs: 1000 });
  const cases: readonly (readonly [RegulatorFault, unknown, { posts: number; questions: number }])[] = [
    ['delay', { state: 'accepted', codes: [] }, { posts: 1, questions: 0 }],
    ['error_before', inDoubt('http_500'), { posts: 2, questions: 1 }],
    ['error_after', inDoubt('http_500'), { posts: 1, questions: 1 }],
    ['unavailable', unsent('http_503'), { posts: 2, questions: 0 }],
    ['too_many', unsent('http_429'), { posts: 2, questions: 0 }],
    ['reset_before', inDoubt('broken_off'), { posts: 2, questions: 1 }],
    ['reset_after', inDoubt('broken_off'), { posts: 1, questions: 1 }],
    ['timeout_before', inDoubt('timeout'), { posts: 2, questions: 1 }],
    ['timeout_after', inDoubt('timeout'), { posts: 1, questions: 1 }],
    ['unreadable', inDoubt('answer_unreadable'), { posts: 1, questions: 1 }],
    ['duplicate_reply', { state: 'accepted', codes: [] }, { posts: 1, questions: 0 }],
    ['contradictory', { state: 'accepted', codes: [] }, { posts: 1, questions: 0 }],
  ];

  it.each(cases)('(%s) is accepted once in the end', async (fault, first, traffic) => {
    const short = fault.startsWith('timeout') ? SHORT : {};
    const { submitter, running, told, tell } = await openPair(firstTriesOnly(fault, 'R22A1-NEWT'), short);
    expect(await submitter.submit(REPORT, tell)).toMatchObject({ state: 'accepted' });
    expect(told.slice(0, 2)).toEqual([
      [1, null],
      [1, first],
    ]);
    expect(running.regulator.summary()).toMatchObject({ accepted: 1, conflicts: 0, faults: { [fault]: 1 } });
    // A machine that stands still makes more of them out of time limits, and changes nothing else.
    if (!fault.startsWith('timeout')) expect(running.regulator.summary()).toMatchObject(traffic);
    expect(running.regulator.books()).toMatchObject([{ acceptances: 1 }]);
  });

  it('(pending) is pending, and accepted when it was decided', async () => {
    const { submitter, time, tell } = await openPair({ ...firstTriesOnly('pending', 'R22A1-NEWT'), lateMs: 5000 });
    expect(await submitter.submit(REPORT, tell)).toEqual({ state: 'pending', codes: [] });
    time.advance(5000);
    expect(await submitter.inquire(REPORT)).toEqual({ state: 'accepted', codes: [] });
  });
});

describe('a report whose tries all fail', () => {
  it('waits 1, 2, 4, 8 and 16 s, and is unsent with what the regulator wishes', async () => {
    const { submitter, time, told, tell } = await openScripted([{ ...BUSY, headers: { 'retry-after': '5' } }]);
    expect(await submitter.submit(REPORT, tell)).toEqual({ state: 'unsent', reason: 'http_503', retryAfterMs: 5000 });
    expect(time.waits).toEqual([5000, 5000, 5000, 8000, 16_000]);
    expect(told.map(([number]) => number)).toEqual([1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6]);
  });

  it('is unsent where there is nobody to connect to', async () => {
    const { submitter, time, tell } = await openTestSubmitter({ url: await deadAddress(), settings: { breaker: { calls_min: 100 } } });
    opened.push(submitter);
    expect(await submitter.submit(REPORT, tell)).toEqual({ state: 'unsent', reason: 'not_connected', retryAfterMs: null });
    expect(time.waits).toEqual([1000, 2000, 4000, 8000, 16_000]);
  });

  it('is ambiguous where one try was, whatever came after it', async () => {
    // Sent and broken off; the question is not answered; then nothing is taken any more.
    const { submitter, tell, told } = await openScripted(['reset', { status: 500 }, UNKNOWN, BUSY, UNKNOWN, BUSY], {
      breaker: { calls_min: 100 },
    });
    expect(await submitter.submit(REPORT, tell)).toEqual({ state: 'ambiguous', reason: 'broken_off' });
    expect(told.at(-1)).toMatchObject([expect.any(Number), { state: 'unsent' }]);
  });

  it('is not sent again as long as a question about it has no answer', async () => {
    const { submitter, tell, told } = await openScripted((call) => (call.method === 'POST' ? 'reset' : { status: 502 }), {
      breaker: { calls_min: 100 },
    });
    expect(await submitter.submit(REPORT, tell)).toMatchObject({ state: 'ambiguous' });
    expect(told).toHaveLength(2);
  });

  it('is ambiguous by 429 and 503 that do not say that nothing was taken: proxies send them, too', async () => {
    for (const status of [429, 503]) {
      const { submitter, tell, told } = await openScripted((call) => (call.method === 'POST' ? { status } : UNKNOWN), {
        breaker: { calls_min: 100 },
      });
      expect(await submitter.submit(REPORT, tell)).toEqual({ state: 'ambiguous', reason: `http_${String(status)}` });
      expect(told).toHaveLength(12);
    }
  });

  it('is ambiguous by an answer that is larger than allowed', async () => {
    const large = { status: 200, body: ' '.repeat(5000) };
    const { submitter, tell } = await openScripted([large], { limits: { answer_bytes_max: 1024 }, breaker: { calls_min: 100 } });
    expect(await submitter.submit(REPORT, tell)).toEqual({ state: 'ambiguous', reason: 'answer_too_large' });
  });

  it('ends at once when the submitter is closed', async () => {
    const { submitter, tell, told } = await openScripted([BUSY]);
    const closing = async (number: number, outcome: unknown): Promise<void> => {
      await tell(number, null);
      if (outcome !== null) void submitter.close();
    };
    expect(await submitter.submit(REPORT, closing)).toMatchObject({ state: 'unsent' });
    expect(told.length).toBe(2);
  });
});

/** Of a server that was there and is not any more. */
async function deadAddress(): Promise<string> {
  const server = await startScriptedServer([BUSY]);
  await server.close();
  return server.url;
}

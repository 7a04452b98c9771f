import { afterEach, describe, expect, it } from 'vitest';
import { createMemoryObjectStore } from '../../core/adapters/memory-object-store.ts';
import { statusAdvice } from '../simulator/write-reply.ts';
import { startRegulator, type RegulatorOptions } from '../simulator/start-regulator.ts';
import type { LateReply } from './submitter.ts';
import { madeUpReport } from './test-support/made-up-report.ts';
import { madeUpTime } from './test-support/made-up-time.ts';
import { openTestSubmitter, type TestSubmitter } from './test-support/open-test-submitter.ts';
import { startScriptedServer, type ScriptedAnswer } from './test-support/scripted-server.ts';

const opened: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const one of opened.splice(0).toReversed()) await one.close();
});

async function openPair(regulator: RegulatorOptions): Promise<TestSubmitter> {
  const time = madeUpTime();
  const running = await startRegulator({ nowMs: () => time.nowMs(), lateMs: 1000, ...regulator });
  const test = await openTestSubmitter({ url: running.url, time });
  opened.push(running, test.submitter);
  return test;
}

const summary = ({ trn, action, outcome }: LateReply): string => `${trn} ${action} ${outcome.state} ${outcome.codes.join()}`.trim();

describe('replies of the feed', () => {
  it('come once each, when they are due, with the hash of what they are about', async () => {
    const { submitter, time, tell } = await openPair({ faults: { pending: 1 } });
    const reports = [madeUpReport({ trn: 'A' }), madeUpReport({ trn: 'B', form: 'json', lei: 'wrong' })];
    for (const report of reports) await submitter.submit(report, tell);
    expect(await submitter.replies('regulator', null)).toEqual({ replies: [], unreadable: [], next: null, more: false });
    time.advance(1000);
    const page = await submitter.replies('regulator', null);
    expect(page.replies.map(summary)).toEqual(['A NEWT accepted', 'B NEWT rejected SIM-LEI']);
    expect(page.replies.map(({ submissionSha256 }) => submissionSha256)).toEqual(reports.map(({ sha256 }) => sha256));
    expect(page).toMatchObject({ next: '2', more: false });
    expect(await submitter.replies('regulator', '2')).toEqual({ replies: [], unreadable: [], next: '2', more: false });
    expect((await submitter.replies('regulator', '1')).replies.map(summary)).toEqual(['B NEWT rejected SIM-LEI']);
  });

  it('may come twice, or contradict; which one stands is not for them to say', async () => {
    for (const [fault, told] of [
      ['duplicate_reply', ['A NEWT accepted', 'A NEWT accepted']],
      ['contradictory', ['A NEWT rejected SIM-CONTRADICTION']],
    ] as const) {
      const { submitter, time, tell } = await openPair({ faults: { [fault]: 1 } });
      expect(await submitter.submit(madeUpReport({ trn: 'A' }), tell)).toMatchObject({ state: 'accepted' });
      time.advance(1000);
      expect((await submitter.replies('regulator', null)).replies.map(summary)).toEqual(told);
      expect(await submitter.inquire(madeUpReport({ trn: 'A' }))).toMatchObject({ state: 'accepted' });
    }
  });

  const entry = { n: 7, trn: 'A', action: 'NEWT', sha256: null, content_type: 'application/json' };
  const body = (text: string): string => Buffer.from(text).toString('base64');

  it('are passed over and told where they cannot be read, or are of another report', async () => {
    const page = {
      replies: [
        { ...entry, n: 9, body: body('{"trn":"A","action":"NEWT","state":"ACPT","codes":[]}') },
        { ...entry, body: body('nonsense') },
        { ...entry, n: 8, body: body('{"trn":"B","action":"NEWT","state":"ACPT","codes":[]}') },
        { ...entry, n: 3, body: body('{"trn":"A","action":"NEWT","state":"RJCT","codes":[]}') },
      ],
      more: true,
    };
    const server = await startScriptedServer([{ status: 200, body: JSON.stringify(page) }]);
    const { submitter } = await openTestSubmitter({ url: server.url });
    opened.push(server, submitter);
    const read = await submitter.replies('regulator', '6');
    expect(read.replies.map(summary)).toEqual(['A NEWT accepted']);
    expect(read.unreadable).toEqual([7, 8].map((n) => ({ place: `replies/${String(n)}`, code: 'SUBMIT-UNREADABLE' })));
    expect(read).toMatchObject({ next: '9', more: true });
  });

  it.each<[string, ScriptedAnswer]>([
    ['an error', { status: 500 }],
    ['no connection', 'reset'],
    ['no JSON', { status: 200, body: '<html/>' }],
    ['another shape', { status: 200, body: '{"replies":[{"n":"1"}],"more":false}' }],
  ])('stay where they are by %s', async (_, answer) => {
    const server = await startScriptedServer([answer]);
    const { submitter, observed } = await openTestSubmitter({ url: server.url });
    opened.push(server, submitter);
    expect(await submitter.replies('regulator', '6')).toEqual({ replies: [], unreadable: [], next: '6', more: false });
    expect(observed).toMatchObject([{ kind: 'call', call: 'replies', result: 'failed' }]);
  });
});

describe('replies as files', () => {
  const advice = (trn: string, state: 'ACPT' | 'RJCT'): Buffer =>
    Buffer.from(statusAdvice([{ trn, action: 'NEWT', state, codes: state === 'RJCT' ? ['CON-412'] : [], form: 'xml' }], 0));

  async function openFiles(): Promise<TestSubmitter & { put: (name: string, bytes: Buffer) => Promise<void> }> {
    const store = createMemoryObjectStore();
    const put = async (name: string, bytes: Buffer): Promise<void> => {
      await store.write(name, bytes, { ifAbsent: true });
    };
    const settings = { replies: 'files', replies_prefix: 'landing/replies/' };
    const test = await openTestSubmitter({ url: 'https://127.0.0.1:1', store, settings });
    opened.push(test.submitter);
    return { ...test, put };
  }

  it('come once each, also when a file comes behind others that were read', async () => {
    const { submitter, put } = await openFiles();
    await put('landing/replies/0002-CANC.xml', advice('B', 'RJCT'));
    await put('landing/other/0001-NEWT.xml', advice('X', 'ACPT'));
    const first = await submitter.replies('regulator', null);
    expect(first.replies.map(summary)).toEqual(['B CANC rejected CON-412']);
    await put('landing/replies/0001-NEWT.xml', advice('A', 'ACPT'));
    await put('landing/replies/0003-NEWT.json', Buffer.from('{"trn":"C","action":"CANC","state":"ACPT","codes":[]}'));
    const second = await submitter.replies('regulator', first.next);
    // What a reply says of its action goes before the name of its file.
    expect(second.replies.map(summary)).toEqual(['A NEWT accepted', 'C CANC accepted']);
    expect(await submitter.replies('regulator', second.next)).toEqual({ replies: [], unreadable: [], next: second.next, more: false });
  });

  it('are passed over and told where they cannot be read or do not say of which action they are', async () => {
    const { submitter, put } = await openFiles();
    await put('landing/replies/1.xml', advice('A', 'ACPT'));
    await put('landing/replies/2-NEWT.xml', Buffer.from('<a'));
    await put('landing/replies/3-NEWT.xml', Buffer.alloc(16 * 1024 * 1024 + 1));
    const { replies, unreadable } = await submitter.replies('regulator', null);
    expect(replies).toEqual([]);
    expect(unreadable).toEqual([
      { place: 'landing/replies/1.xml', code: 'SUBMIT-UNREADABLE' },
      { place: 'landing/replies/2-NEWT.xml', code: 'SUBMIT-UNREADABLE' },
      { place: 'landing/replies/3-NEWT.xml', code: 'SUBMIT-TOO-LARGE' },
    ]);
  });

  it('come in pages, each once, and the position stays bounded', async () => {
    const { submitter, put } = await openFiles();
    const names = Array.from({ length: 1250 }, (_, n) => String(n).padStart(5, '0'));
    for (const name of names) await put(`landing/replies/${name}-NEWT.xml`, advice(`R${name}`, 'ACPT'));
    const read: string[] = [];
    let after: string | null = null;
    for (let more = true; more;) {
      const page = await submitter.replies('regulator', after);
      read.push(...page.replies.map(({ trn }) => trn));
      ({ next: after, more } = page);
    }
    expect(read).toEqual(names.map((name) => `R${name}`));
    expect(after?.length).toBeLessThan(50_000);
    expect((await submitter.replies('regulator', after)).replies).toEqual([]);
  });
});

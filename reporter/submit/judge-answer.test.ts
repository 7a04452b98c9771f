import fc from 'fast-check';
import { expect, it } from 'vitest';
import { judgeInquired, judgeSubmitted } from './judge-answer.ts';
import type { RegulatorAnswer } from './regulator-calls.ts';
import { digestHeader, readDigestHeader } from './submission-digest.ts';
import { OTHER_BYTES } from './submitter.ts';
import { madeUpReport } from './test-support/made-up-report.ts';
import { readMadeUpReply } from './test-support/read-made-up-reply.ts';

const REPORT = madeUpReport({ trn: 'R22A1' });
const OTHER = madeUpReport({ trn: 'R22A1', note: 'other' });
const JUDGEMENT = { readReply: readMadeUpReply, nowMs: 0, retryAfterMaxMs: 60_000, duplicateCodes: ['CON-023'] };

interface Told {
  readonly status: number;
  readonly digest?: string;
  readonly contentType?: string;
  readonly body: unknown;
}

function answerOf({ status, digest, contentType = 'application/json', body }: Told): RegulatorAnswer {
  const headers: Record<string, string | undefined> = { 'submission-digest': digest };
  return {
    status,
    header: (name) => headers[name],
    contentType,
    bytes: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  };
}

const reply = (state: string, trn = 'R22A1') => ({ trn, action: 'NEWT', state, codes: [] });

it('a digest is read as it is written, and nothing else is one', () => {
  expect(readDigestHeader(digestHeader(REPORT.sha256))).toBe(REPORT.sha256);
  expect(readDigestHeader(`sha-512=:AAAA:, ${digestHeader(REPORT.sha256)}`)).toBe(REPORT.sha256);
  for (const text of [undefined, '', REPORT.sha256, 'sha-256=::', 'sha-256=:AAAA:']) expect(readDigestHeader(text)).toBeNull();
});

it.each<[string, Told, string]>([
  ['a reply to another report', { status: 200, body: reply('ACPT', 'R22B2') }, 'answer_unreadable'],
  ['a reply about other bytes', { status: 200, digest: digestHeader(OTHER.sha256), body: reply('ACPT') }, 'answer_to_other_bytes'],
  ['202 with a decision', { status: 202, body: reply('ACPT') }, 'answer_contradicts_itself'],
  ['a page of a proxy', { status: 200, contentType: 'text/html', body: '<html/>' }, 'answer_unreadable'],
  ['409 without a hash', { status: 409, body: { trn: 'R22A1' } }, 'duplicate_without_hash'],
  ['409 of another reference', { status: 409, body: { trn: 'R22B2', sha256: REPORT.sha256 } }, 'duplicate_without_hash'],
  [
    '409 of a state that makes no sense',
    { status: 409, body: { trn: 'R22A1', sha256: REPORT.sha256, state: 'RJCT' } },
    'duplicate_unclear',
  ],
  ['a rejection as a duplicate', { status: 200, body: { ...reply('RJCT'), codes: ['CON-023'] } }, 'duplicate_without_hash'],
  ['a redirection', { status: 302, body: '' }, 'http_302'],
  ['success without a reply', { status: 204, body: '' }, 'http_204'],
  ['429 without a word', { status: 429, body: '' }, 'http_429'],
])('%s leaves doubt', (_, told, reason) => {
  expect(judgeSubmitted(REPORT, answerOf(told), JUDGEMENT)).toEqual({ state: 'ambiguous', reason });
});

it.each<[string, Told, unknown]>([
  [
    'an acceptance of these bytes',
    { status: 200, digest: digestHeader(REPORT.sha256), body: reply('ACPT') },
    { state: 'accepted', codes: [] },
  ],
  [
    'an acceptance that does not say of which bytes',
    { status: 200, body: reply('ACPT') },
    { state: 'ambiguous', reason: 'inquiry_without_digest' },
  ],
  [
    'an acceptance of other bytes',
    { status: 200, digest: digestHeader(OTHER.sha256), body: reply('ACPT') },
    { state: 'rejected', codes: ['CON-023', OTHER_BYTES] },
  ],
  ['a rejection of other bytes', { status: 200, digest: digestHeader(OTHER.sha256), body: reply('RJCT') }, { state: 'unknown' }],
  ['404 of the regulator', { status: 404, body: { unknown: true } }, { state: 'unknown' }],
  ['404 of anybody', { status: 404, body: 'not found' }, { state: 'ambiguous', reason: 'inquiry_http_404' }],
  ['503', { status: 503, body: { taken: false } }, { state: 'ambiguous', reason: 'inquiry_http_503' }],
])('asked for, %s is what it is', (_, told, expected) => {
  expect(judgeInquired(REPORT, answerOf(told), JUDGEMENT)).toEqual(expected);
});

it('nothing but the word of the regulator about these bytes is an acceptance, and nothing but its word is unsent', () => {
  const digest = fc.constantFrom(undefined, digestHeader(REPORT.sha256), digestHeader(OTHER.sha256), 'nonsense');
  const body = fc.oneof(
    fc.constantFrom<unknown>(
      reply('ACPT'),
      reply('RJCT'),
      reply('PDNG'),
      reply('ACPT', 'R22B2'),
      { taken: false },
      { taken: true },
      '<html/>',
    ),
    fc.record({
      trn: fc.constantFrom('R22A1', 'R22B2'),
      sha256: fc.constantFrom(REPORT.sha256, OTHER.sha256),
      state: fc.constantFrom('ACPT', 'PDNG', 'RJCT'),
    }),
    fc.json(),
  );
  const status = fc.oneof(fc.constantFrom(200, 202, 404, 409, 429, 500, 503), fc.integer({ min: 100, max: 599 }));
  const told = fc
    .record({ status, digest, body })
    .map(({ digest: text, ...rest }) => ({ ...rest, ...(text !== undefined && { digest: text }) }));
  fc.assert(
    fc.property(told, (one) => {
      const outcome = judgeSubmitted(REPORT, answerOf(one), JUDGEMENT);
      const said = JSON.stringify(one.body);
      const aboutOthers = one.digest === digestHeader(OTHER.sha256);
      if (outcome.state === 'accepted') {
        const byReply = one.status === 200 && !aboutOthers && said.includes('ACPT') && said.includes('R22A1');
        const byDuplicate = one.status === 409 && said.includes(REPORT.sha256) && said.includes('R22A1') && !said.includes('PDNG');
        expect(byReply || byDuplicate).toBe(true);
      }
      if (outcome.state === 'unsent' && (one.status === 429 || one.status === 503)) expect(said).toBe('{"taken":false}');
      const asked = judgeInquired(REPORT, answerOf(one), JUDGEMENT);
      if (asked.state === 'accepted') expect([one.status, one.digest]).toEqual([200, digestHeader(REPORT.sha256)]);
      expect(asked.state).not.toBe('unsent');
    }),
    { numRuns: 500 },
  );
});

import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startRegulator, type RunningRegulator } from '../simulator/start-regulator.ts';
import { createAuthority, type Pem, type TestAuthority } from './test-support/certificates.ts';
import { madeUpReport } from './test-support/made-up-report.ts';
import { openTestSubmitter, type TestSubmitter } from './test-support/open-test-submitter.ts';

const REPORT = madeUpReport({ trn: 'R22A1' });
const PATIENT = { calls_min: 100 };
const opened: { close(): Promise<void> }[] = [];
let authority: TestAuthority;
let stranger: TestAuthority;
let server: Pem;
let client: Pem;

beforeAll(async () => {
  authority = await createAuthority('authority of both');
  stranger = await createAuthority('authority of nobody');
  server = await authority.issue('regulator');
  client = await authority.issue('bank');
});

afterEach(async () => {
  for (const one of opened.splice(0).toReversed()) await one.close();
});

async function openRegulator(certificate: Pem = server): Promise<RunningRegulator> {
  const running = await startRegulator({ tls: { key: certificate.key, cert: certificate.certificate, ca: authority.certificate } });
  opened.push(running);
  return running;
}

async function openClient(url: string, shown: Pem | null, trusted: TestAuthority): Promise<TestSubmitter> {
  const own = { client_certificate: { secret: 'certificate' }, client_key: { secret: 'key' } };
  const tls = { certificate_authority: { secret: 'authority' }, ...(shown !== null && own) };
  const secrets = { authority: trusted.certificate, certificate: shown?.certificate ?? '', key: shown?.key ?? '' };
  const test = await openTestSubmitter({ url, settings: { tls, breaker: PATIENT }, secrets });
  opened.push(test.submitter);
  return test;
}

describe('mutual TLS', () => {
  it('lets a report pass where both sides know each other', async () => {
    const { submitter, tell } = await openClient((await openRegulator()).url, client, authority);
    expect(await submitter.submit(REPORT, tell)).toEqual({ state: 'accepted', codes: [] });
    expect(await submitter.inquire(REPORT)).toEqual({ state: 'accepted', codes: [] });
  });

  it.each<[string, () => Promise<Pem | null>]>([
    ['no certificate', async () => await Promise.resolve(null)],
    ['one of another authority', async () => await stranger.issue('bank')],
    ['one that is over', async () => await authority.issue('bank', { days: -1 })],
  ])('takes nothing from a client with %s', async (_, shown) => {
    const running = await openRegulator();
    const { submitter, tell } = await openClient(running.url, await shown(), authority);
    const outcome = await submitter.submit(REPORT, tell);
    // Whether the refusal or the end of the connection is read first is chance; it is never more than doubt.
    expect(['unsent', 'ambiguous']).toContain(outcome.state);
    expect(running.regulator.summary()).toMatchObject({ posts: 0, questions: 0 });
  });

  it.each<[string, () => Promise<Pem>, () => TestAuthority]>([
    ['of an authority that is not trusted', async () => await Promise.resolve(server), () => stranger],
    ['of another address', async () => await authority.issue('regulator', { address: '192.0.2.1' }), () => authority],
    ['that is over', async () => await authority.issue('regulator', { days: -1 }), () => authority],
  ])('sends nothing to a server with a certificate %s', async (_, certificate, trusted) => {
    const running = await openRegulator(await certificate());
    const { submitter, tell } = await openClient(running.url, client, trusted());
    expect(await submitter.submit(REPORT, tell)).toMatchObject({ state: 'unsent', reason: 'not_trusted' });
    expect(running.regulator.summary()).toMatchObject({ posts: 0 });
  });
});

describe('a destination that is wrong', () => {
  it.each<[string, Record<string, unknown>, string]>([
    ['http to another machine', { url: 'http://regulator.example' }, 'CONFIG_INVALID'],
    ['a certificate without its key', { tls: { client_certificate: { secret: 'certificate' } } }, 'CONFIG_INVALID'],
    ['half of OAuth', { oauth: { client_id: 'bank' } }, 'CONFIG_INVALID'],
    [
      'tokens by http from another machine',
      { oauth: { client_id: 'bank', client_secret: { secret: 'x' }, token_url: 'http://tokens.example' } },
      'CONFIG_INVALID',
    ],
    ['files of replies without a folder', { replies: 'files' }, 'CONFIG_INVALID'],
    ['a secret that is not there', { tls: { certificate_authority: { secret: 'nobody' } } }, 'SECRET_MISSING'],
  ])('(%s) is refused before anything is sent', async (_, settings, code) => {
    await expect(openTestSubmitter({ url: 'https://127.0.0.1:1', settings })).rejects.toMatchObject({ code });
  });
});

/** POST /push over real sockets, with tokens of an issuer whose keys are made here. */
import { SignJWT, UnsecuredJWT } from 'jose';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createRecordJson } from '../../core/stream/record-json.ts';
import { createMessageChecker } from '../../core/engine/message-checker.ts';
import { TRADE_SPEC, tradeMessage } from '../event/test-support/trade-spec.ts';
import { START_MS, startTestService, type ServiceInTest } from './test-support/service-in-test.ts';
import { ACCOUNT, AUDIENCE, ISSUER, startTokenIssuer, type TokenIssuer } from './test-support/token-issuer.ts';

let issuer: TokenIssuer;
let inTest: ServiceInTest;
const clock = { ms: 0 };

beforeEach(async () => {
  clock.ms = 0;
  issuer = await startTokenIssuer(() => Math.floor((START_MS + clock.ms) / 1000));
  inTest = await startTestService(
    `  intake:
    push: {access: oidc, issuer: '${ISSUER}', audience: '${AUDIENCE}', service_accounts: ['${ACCOUNT}'], jwks_url: '${issuer.jwksUrl}'}
`,
    clock,
  );
});

afterEach(async () => {
  await inTest.service.close(1000);
  await issuer.close();
});

function envelope(data: Uint8Array, attributes: Readonly<Record<string, string>> = { source: 'desk_trades' }): string {
  const message = { data: Buffer.from(data).toString('base64'), attributes, messageId: '1', publishTime: '2026-01-05T10:16:00Z' };
  return JSON.stringify({ message, subscription: 'projects/p/subscriptions/s' });
}

async function push(body: string, token: string | null, more: Readonly<Record<string, string>> = {}, path = '/push'): Promise<Response> {
  const headers = { 'content-type': 'application/json', ...(token !== null && { authorization: `Bearer ${token}` }), ...more };
  return await fetch(`${inTest.url}${path}`, { method: 'POST', body, headers });
}

async function codeOf(response: Response): Promise<readonly [number, unknown]> {
  const body = (await response.json()) as { readonly error: { readonly code: string } };
  return [response.status, body.error.code];
}

test('a push with a good token is received, as it came', async () => {
  const response = await push(envelope(tradeMessage()), await issuer.token());
  expect(response.status).toBe(204);
  expect(inTest.pipeline.arrivals).toMatchObject([{ via: 'push', form: 'raw', event: { source: 'desk_trades', sourceTradeId: 'D-1' } }]);
  expect(Buffer.from(inTest.pipeline.arrivals[0]!.message)).toEqual(tradeMessage());
});

test('a record of the bridge is told by the attribute spec_version', async () => {
  const checked = createMessageChecker(TRADE_SPEC, { now: '2026-01-05T10:16:00.000000Z' }).check(tradeMessage());
  const record = Buffer.from(createRecordJson(TRADE_SPEC)(checked));
  const attributes = { source: 'desk_trades', spec_version: TRADE_SPEC.spec_version };
  expect((await push(envelope(record, attributes), await issuer.token())).status).toBe(204);
  expect(inTest.pipeline.arrivals).toMatchObject([{ form: 'record', event: { sourceTradeId: 'D-1' } }]);
  expect(await codeOf(await push(envelope(tradeMessage(), attributes), await issuer.token()))).toEqual([422, 'MESSAGE_REFUSED']);
});

test('the same push again is received again: what it is worth the pipeline knows', async () => {
  const [body, token] = [envelope(tradeMessage()), await issuer.token()];
  for (let time = 0; time < 3; time += 1) expect((await push(body, token)).status).toBe(204);
  expect(new Set(inTest.pipeline.arrivals.map(({ event }) => event.eventId)).size).toBe(1);
});

const HOUR = 3600;
test.each<readonly [string, number, string, () => Promise<string | null>]>([
  ['no token', 401, 'TOKEN_MISSING', async () => await Promise.resolve(null)],
  ['no token at all', 401, 'TOKEN_FORGED', async () => await Promise.resolve('abc.def.ghi')],
  ["a stranger's signature", 401, 'TOKEN_FORGED', async () => await issuer.token({}, 'stranger')],
  ['a key that the issuer does not have', 401, 'TOKEN_FORGED', async () => await issuer.token({}, 'next')],
  [
    'expired',
    401,
    'TOKEN_EXPIRED',
    async () => await issuer.token({ iat: inTest.nowSeconds() - 2 * HOUR, exp: inTest.nowSeconds() - HOUR }),
  ],
  [
    'made long ago, good for years',
    401,
    'TOKEN_EXPIRED',
    async () => await issuer.token({ iat: inTest.nowSeconds() - 2 * HOUR, exp: inTest.nowSeconds() + 9e7 }),
  ],
  [
    'made in the future',
    401,
    'TOKEN_EXPIRED',
    async () => await issuer.token({ iat: inTest.nowSeconds() + HOUR, exp: inTest.nowSeconds() + 2 * HOUR }),
  ],
  ['no expiry', 401, 'TOKEN_EXPIRED', async () => await issuer.token({ exp: undefined })],
  ['another issuer', 401, 'TOKEN_ISSUER', async () => await issuer.token({ iss: 'https://accounts.google.com' })],
  ['another audience', 403, 'TOKEN_AUDIENCE', async () => await issuer.token({ aud: 'https://reporter.example/admin' })],
  ['another account', 403, 'TOKEN_ACCOUNT', async () => await issuer.token({ email: 'other@bank.example' })],
  ['an address that was not verified', 403, 'TOKEN_ACCOUNT', async () => await issuer.token({ email_verified: false })],
  ['verified as a text', 403, 'TOKEN_ACCOUNT', async () => await issuer.token({ email_verified: 'true' })],
  ['no account', 403, 'TOKEN_ACCOUNT', async () => await issuer.token({ email: undefined })],
  [
    'without signature',
    401,
    'TOKEN_FORGED',
    async () =>
      await Promise.resolve(
        new UnsecuredJWT({ iss: ISSUER, aud: AUDIENCE, email: ACCOUNT, email_verified: true })
          .setIssuedAt()
          .setExpirationTime('1h')
          .encode(),
      ),
  ],
  [
    'the public key as a shared secret',
    401,
    'TOKEN_FORGED',
    async () =>
      await new SignJWT({ iss: ISSUER, aud: AUDIENCE, email: ACCOUNT, email_verified: true })
        .setProtectedHeader({ alg: 'HS256', kid: 'own' })
        .sign(Buffer.from(await (await fetch(issuer.jwksUrl)).text())),
  ],
  ['longer than any token', 401, 'TOKEN_FORGED', async () => await issuer.token({ more: 'x'.repeat(7000) })],
])('%s: %d %s, before the body is looked at', async (_, status, code, tokenOf) => {
  expect(await codeOf(await push('{"no": "envelope"', await tokenOf()))).toEqual([status, code]);
  expect(inTest.pipeline.arrivals).toEqual([]);
  expect(inTest.service.refusals.totals.get(code as never)).toBe(1);
  await inTest.service.refusals.write();
  expect(inTest.refused).toEqual([{ code, count: 1 }]);
});

test('keys are asked for once, again when they are old, and not for every token that names another', async () => {
  const token = await issuer.token();
  for (let time = 0; time < 5; time += 1) expect((await push(envelope(tradeMessage()), token)).status).toBe(204);
  expect(issuer.asked()).toBe(1);
  for (let time = 0; time < 5; time += 1) await push(envelope(tradeMessage()), await issuer.token({ jti: String(time) }, 'next'));
  expect(issuer.asked()).toBe(1);
  inTest.forward(20_000);
  for (let time = 0; time < 5; time += 1) await push(envelope(tradeMessage()), await issuer.token({ jti: String(time) }, 'next'));
  expect(issuer.asked()).toBe(2);
});

test('when the issuer changes its key, tokens of the new one are taken at once and those of the old one no longer', async () => {
  const old = await issuer.token();
  expect((await push(envelope(tradeMessage()), old)).status).toBe(204);
  issuer.rotate();
  inTest.forward(20_000);
  expect((await push(envelope(tradeMessage()), await issuer.token({}, 'next'))).status).toBe(204);
  expect(await codeOf(await push(envelope(tradeMessage()), old))).toEqual([401, 'TOKEN_FORGED']);
});

test('a token that was good is refused when its time is over', async () => {
  const token = await issuer.token({ exp: inTest.nowSeconds() + 60 });
  expect((await push(envelope(tradeMessage()), token)).status).toBe(204);
  inTest.forward(95_000);
  expect(await codeOf(await push(envelope(tradeMessage()), token))).toEqual([401, 'TOKEN_EXPIRED']);
});

test('while the issuer does not answer, kept keys are good for an hour; without any, senders are told to come again', async () => {
  issuer.answer({ status: 500, body: 'x' });
  const first = await push(envelope(tradeMessage()), await issuer.token());
  expect(first.headers.get('retry-after')).toBe('15');
  expect(await codeOf(first)).toEqual([503, 'KEYS_UNAVAILABLE']);
  issuer.answer(null);
  inTest.forward(20_000);
  expect((await push(envelope(tradeMessage()), await issuer.token())).status).toBe(204);
  issuer.answer({ status: 200, body: '{"keys": []}' });
  inTest.forward(1_200_000);
  expect((await push(envelope(tradeMessage()), await issuer.token())).status).toBe(204);
  inTest.forward(3_600_000);
  expect(await codeOf(await push(envelope(tradeMessage()), await issuer.token()))).toEqual([503, 'KEYS_UNAVAILABLE']);
});

test.each([
  ['', 'no body'],
  ['[]', 'no object'],
  ['{"message": {"data": "e30="}}', 'no subscription'],
  [JSON.stringify({ message: { data: 'a b', messageId: '1', attributes: { source: 'desk_trades' } }, subscription: 's' }), 'no base64'],
  [
    JSON.stringify({ message: { data: 'e30=', messageId: '1', attributes: { source: 7 } }, subscription: 's' }),
    'an attribute that is no text',
  ],
  [JSON.stringify({ message: { data: 'e30=', messageId: '1' }, subscription: 's' }), 'no source'],
])('%j is no push: %s', async (body) => {
  expect(await codeOf(await push(body, await issuer.token()))).toEqual([400, 'REQUEST_MALFORMED']);
});

test('what the spec refuses is told by place and code, without values', async () => {
  const response = await push(envelope(tradeMessage({ quantity: -17.25, status: 'SETTLED' })), await issuer.token());
  expect(response.status).toBe(422);
  const text = await response.text();
  expect(JSON.parse(text)).toEqual({
    error: {
      code: 'MESSAGE_REFUSED',
      finding_count: 2,
      findings: [
        expect.objectContaining({ code: 'VALUE_NOT_ALLOWED', column: 'status' }) as unknown,
        expect.objectContaining({ code: 'RULE_FAILED', rule: 'QUANTITY_POSITIVE' }) as unknown,
      ],
    },
  });
  expect(text).not.toMatch(/17\.25|SETTLED/);
});

test('the source may stand in the address of the subscription, and never two of them', async () => {
  expect((await push(envelope(tradeMessage(), {}), await issuer.token(), {}, '/push?source=desk_trades')).status).toBe(204);
  expect(await codeOf(await push(envelope(tradeMessage()), await issuer.token(), {}, '/push?source=other'))).toEqual([
    400,
    'REQUEST_MALFORMED',
  ]);
  expect(await codeOf(await push(envelope(tradeMessage(), { source: 'other' }), await issuer.token()))).toEqual([422, 'SOURCE_UNKNOWN']);
});

/** An issuer of identity tokens on this machine: keys made for the test, served as a JWKS document by a real server. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey } from 'jose';

export const ISSUER = 'https://issuer.example';
export const AUDIENCE = 'https://reporter.example/push';
export const ACCOUNT = 'push@bank.example';

export interface TokenIssuer {
  readonly jwksUrl: string;
  /** Requests for the keys so far. */
  asked(): number;
  /** What the keys' address answers from now on; null for the keys. */
  answer(fault: { readonly status: number; readonly body: string } | null): void;
  /** A good token by default; claims that are undefined are left out. */
  token(claims?: Readonly<Record<string, unknown>>, key?: 'own' | 'stranger' | 'next'): Promise<string>;
  /** The issuer goes over to the key `next`. */
  rotate(): void;
  close(): Promise<void>;
}

const makeKeys = async (): Promise<{ readonly publicKey: CryptoKey; readonly privateKey: CryptoKey }> =>
  await generateKeyPair('RS256', { extractable: true });
/** Making them takes long: once for all tests of a file. */
const KEYS = Promise.all([makeKeys(), makeKeys(), makeKeys()]);

/** `nowSeconds` is the issuer's clock. */
export async function startTokenIssuer(nowSeconds: () => number): Promise<TokenIssuer> {
  const [own, stranger, next] = await KEYS;
  const published = async (key: CryptoKey, kid: string): Promise<object> => ({ ...(await exportJWK(key)), kid, alg: 'RS256', use: 'sig' });
  let keys: readonly object[] = [await published(own.publicKey, 'own')];
  const nextKeys = [await published(next.publicKey, 'next')];
  let [fault, requests]: [{ readonly status: number; readonly body: string } | null, number] = [null, 0];
  const server = createServer((_request, answer) => {
    requests += 1;
    answer.writeHead(fault?.status ?? 200, { 'content-type': 'application/json' }).end(fault?.body ?? JSON.stringify({ keys }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    jwksUrl: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/certs`,
    asked: () => requests,
    answer: (given) => {
      fault = given;
    },
    rotate: () => {
      keys = nextKeys;
    },
    async token(claims = {}, key = 'own') {
      const now = nowSeconds();
      const payload = { iss: ISSUER, aud: AUDIENCE, email: ACCOUNT, email_verified: true, iat: now, exp: now + 3600, ...claims };
      // A stranger says that it is the issuer's own key.
      const kid = key === 'stranger' ? 'own' : key;
      return await new SignJWT(payload).setProtectedHeader({ alg: 'RS256', kid }).sign({ own, stranger, next }[key].privateKey);
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

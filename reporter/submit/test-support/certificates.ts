/** Certificates of a test: an authority, and what it signs. Made by @peculiar/x509, for Node reads certificates and makes none. */
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { webcrypto } from 'node:crypto';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_MS = 86_400_000;

export interface Pem {
  readonly certificate: string;
  readonly key: string;
}

export interface TestAuthority {
  readonly certificate: string;
  /** For 127.0.0.1, unless another name is given. `days`: how long from now; below 0 it is over. */
  issue(name: string, options?: { readonly address?: string; readonly days?: number }): Promise<Pem>;
}

// The types of the browser's Crypto are those of Node's.
x509.cryptoProvider.set(webcrypto as unknown as Parameters<typeof x509.cryptoProvider.set>[0]);

export async function createAuthority(name: string): Promise<TestAuthority> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const own = await x509.X509CertificateGenerator.createSelfSigned({
    ...{ name: `CN=${name}`, keys, signingAlgorithm: ALGORITHM, serialNumber: '01', ...validFor(2) },
    extensions: [new x509.BasicConstraintsExtension(true, 1, true), new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true)],
  });
  let issued = 1;
  return {
    certificate: own.toString('pem'),
    async issue(subject, { address = '127.0.0.1', days = 1 } = {}) {
      const pair = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
      const certificate = await x509.X509CertificateGenerator.create({
        ...{
          subject: `CN=${subject}`,
          issuer: own.subject,
          publicKey: pair.publicKey,
          signingKey: keys.privateKey,
          signingAlgorithm: ALGORITHM,
        },
        ...{ serialNumber: String((issued += 1)).padStart(2, '0'), ...validFor(days) },
        extensions: [new x509.SubjectAlternativeNameExtension([{ type: 'ip', value: address }])],
      });
      const key = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', pair.privateKey)).toString('base64');
      return { certificate: certificate.toString('pem'), key: `-----BEGIN PRIVATE KEY-----\n${key}\n-----END PRIVATE KEY-----\n` };
    },
  };
}

function validFor(days: number): { readonly notBefore: Date; readonly notAfter: Date } {
  const now = Date.now();
  return { notBefore: new Date(now - 2 * DAY_MS), notAfter: new Date(now + days * DAY_MS) };
}

/** Digests of reports in headers (RFC 9530): `sha-256=:<base64>:` for the sha256 that everything else writes as hex. */
export function digestHeader(sha256: string): string {
  return `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`;
}

const DIGEST = /(?:^|,)\s*sha-256=:([A-Za-z0-9+/]{43}=):/;

/** Lower-case hex; null where the header is missing or holds no sha-256. */
export function readDigestHeader(text: string | undefined): string | null {
  const [, base64] = DIGEST.exec(text ?? '') ?? [];
  return base64 === undefined ? null : Buffer.from(base64, 'base64').toString('hex');
}

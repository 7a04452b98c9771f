/**
 * load_id names one load of one file: the first 32 hex digits of
 * sha256(source, 0, object name, 0, content sha256, 0, version, 0, spec_version), parts joined by a zero byte.
 * A retry names the same load; events count its attempts.
 */
import { createHash } from 'node:crypto';

export interface LoadIdentity {
  readonly source: string;
  /** Name below landing/. */
  readonly object: string;
  /** Of the delivered bytes, lower-case hex. */
  readonly sha256: string;
  readonly version: number;
  readonly spec_version: string;
}

export function loadId(identity: LoadIdentity): string {
  const parts = [identity.source, identity.object, identity.sha256, String(identity.version), identity.spec_version];
  return createHash('sha256').update(parts.join('\0'), 'utf8').digest('hex').slice(0, 32);
}

/** The digest that manifests hold of parts, states and each other. */
import { createHash } from 'node:crypto';

/** 64 lower-case hex digits. */
export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

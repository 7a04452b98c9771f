/** Object names are data, never paths: this is the one gate that every adapter passes them through. */
import { MarketsError } from '../errors/markets-error.ts';

/** As Google Cloud Storage: 1024 bytes of UTF-8. */
const NAME_BYTES_MAX = 1024;
/** Names that a folder adapter uses for objects that are not there yet; nobody else may use or see them. */
const UNFINISHED = /(^|\/)\.store-[0-9a-f]+\.tmp$/;

/** The reason why a name is refused, or null. */
export function objectNameFault(name: string): string | null {
  if (name === '') return 'is empty';
  if (name.includes('\0')) return 'holds a zero byte';
  if (!name.isWellFormed()) return 'is no well-formed text';
  if (Buffer.byteLength(name) > NAME_BYTES_MAX) return `is longer than ${String(NAME_BYTES_MAX)} bytes`;
  for (const segment of name.split('/')) {
    if (segment === '') return 'has an empty segment';
    if (segment === '.' || segment === '..') return `has a segment '${segment}'`;
  }
  return isUnfinishedName(name) ? 'is reserved for unfinished objects' : null;
}

export function isUnfinishedName(name: string): boolean {
  return UNFINISHED.test(name);
}

/** Throws STORE_NAME for a name that no adapter may use. */
export function checkObjectName(name: string): void {
  const fault = objectNameFault(name);
  if (fault === null) return;
  throw new MarketsError('STORE_NAME', `The object name ${fault}.`, {
    expected: "segments joined by '/', none of them empty, '.' or '..'",
    found: JSON.stringify(name.slice(0, 200)),
  });
}

/** Ascending order of UTF-8 bytes, the order of every listing. */
export function compareNames(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}

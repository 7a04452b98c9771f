/** Objects of the ledger beside its entries: created if absent, never changed, and with a hash over all that they say, so that any changed byte is found. */
import { hash } from 'node:crypto';
import { Type, type Static, type TObject } from '@sinclair/typebox';
import { MarketsError } from '../errors/markets-error.ts';
import { canonicalJson } from '../events/canonical-json.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { CLOSED, SHA256 } from '../stream/object-forms.ts';
import { jsonBytes, storedJson } from '../stream/stored-json.ts';

export interface SealedJson<T> {
  /** LEDGER_DAMAGED where the object is none of this kind or any byte of it is another. */
  read(store: ObjectStore, name: string): Promise<T & { readonly hash: string }>;
  /** Key: the name. 'taken' where another content stands there. */
  commit(store: ObjectStore, name: string, content: T): Promise<'committed' | 'taken'>;
}

export function sealedJson<S extends TObject>(schema: S, what: string): SealedJson<Static<S>> {
  const expected = `the members ${Object.keys(schema.properties).join(', ')} and a hash that fits`;
  const whole = Type.Object({ ...schema.properties, hash: SHA256 }, CLOSED);
  const stored = storedJson({ schema: whole, what, expected, code: 'LEDGER_DAMAGED' });
  return {
    async read(store, name) {
      const bytes = await store.read(name);
      const content = stored.parse(name, bytes);
      if (sealOf(content) === content.hash && jsonBytes(content).equals(bytes)) return content;
      throw new MarketsError('LEDGER_DAMAGED', `An object is ${what}.`, {
        expected,
        found: `${name} with other content than its hash says`,
        next: 'Restore the object from the copy of the bucket, and run `markets reporter verify`.',
      });
    },
    async commit(store, name, content) {
      return await stored.commit(store, name, { ...content, hash: sealOf(content) });
    },
  };
}

/** The content without its hash. */
export function unsealed<T extends { readonly hash: string }>(content: T): Omit<T, 'hash'> {
  const copy: Omit<T, 'hash'> & { hash?: string } = { ...content };
  delete copy.hash;
  return copy;
}

/** sha256 of the RFC 8785 JSON of the content without `hash`, lower-case hex. */
export function sealOf(content: object): string {
  const sealed: Record<string, unknown> = { ...content };
  delete sealed['hash'];
  return hash('sha256', canonicalJson(sealed), 'hex');
}

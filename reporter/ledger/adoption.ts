/**
 * Who takes on what a dead instance left: attempts by number, each an object created if absent. An adopter that dies itself is succeeded by the next attempt;
 * the one that has handed everything over says so, and the instance is forgotten.
 */
import { Type, type Static } from '@sinclair/typebox';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { CLOSED, COUNT, MOMENT } from '../../core/stream/object-forms.ts';
import { isDead } from './heartbeat.ts';
import { adoptedName, adoptionName, adoptionPrefix } from '../../core/reports/object-names.ts';
import { sealedJson } from '../../core/reports/sealed-json.ts';

const ADOPTION_SCHEMA = Type.Object({ instance: Type.String(), by: Type.String(), at: MOMENT }, CLOSED);
const ADOPTED_SCHEMA = Type.Object({ instance: Type.String(), by: Type.String(), at: MOMENT, events: COUNT }, CLOSED);

const adoptions = sealedJson(ADOPTION_SCHEMA, 'no adoption of an instance');
const adopteds = sealedJson(ADOPTED_SCHEMA, 'no end of an adoption');
export type Adoption = Static<typeof ADOPTION_SCHEMA>;

export type AdoptionClaim =
  /** This instance has it. */
  | { readonly attempt: number }
  | 'of_another'
  /** Somebody has handed everything over. */
  | 'done';

/** Key: the instance and the attempt. */
export async function claimAdoption(store: ObjectStore, adoption: Adoption): Promise<AdoptionClaim> {
  let attempt = 0;
  for await (const { name } of store.list(adoptionPrefix(adoption.instance))) {
    if (name.endsWith('.done.json')) return 'done';
    attempt += 1;
  }
  if (attempt > 0) {
    const { by } = await adoptions.read(store, adoptionName(adoption.instance, attempt));
    // An attempt of this process that broke off is its own still.
    if (by === adoption.by) return { attempt };
    if (!(await isDead(store, by))) return 'of_another';
  }
  const next = attempt + 1;
  const claimed = await adoptions.commit(store, adoptionName(adoption.instance, next), adoption);
  return claimed === 'committed' ? { attempt: next } : 'of_another';
}

/** Key: the instance and the attempt. */
export async function finishAdoption(store: ObjectStore, attempt: number, adopted: Static<typeof ADOPTED_SCHEMA>): Promise<void> {
  await adopteds.commit(store, adoptedName(adopted.instance, attempt), adopted);
}

/** LEDGER_DAMAGED where the object is neither a claim nor an end of an adoption of the instance in its name. */
export async function checkAdoption(store: ObjectStore, name: string): Promise<void> {
  await (name.endsWith('.done.json') ? adopteds : adoptions).read(store, name);
}

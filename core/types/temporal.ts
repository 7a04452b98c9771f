/** Temporal, loaded at its first use: most files have no local times, and a process that reads none starts sooner. */
import { createRequire } from 'node:module';
import type { Temporal } from 'temporal-polyfill';

type TemporalNamespace = typeof Temporal;

let loaded: TemporalNamespace | undefined;

export function temporal(): TemporalNamespace {
  loaded ??= (createRequire(import.meta.url)('temporal-polyfill') as { readonly Temporal: TemporalNamespace }).Temporal;
  return loaded;
}

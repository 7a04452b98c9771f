/** The regimes' texts by version in the object store: what reports are made again from, years later. */
import { isMarketsError, MarketsError } from '../../core/errors/markets-error.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { Value } from '@sinclair/typebox/value';
import { compileRegime } from './compile-regime.ts';
import { splitKeptText, versionOf } from './kept-text.ts';
import { parseRegime } from './parse-regime.ts';
import type { Regime } from './regime.ts';
import { ReportingEntityModel } from './reporting-entity.ts';

/** What makes reports as they were: its deadline is that of then only where the calendars are, so it is left out. */
export type KeptRegime = Pick<Regime, 'name' | 'shortCode' | 'regimeVersion' | 'text' | 'build'>;

/** A YAML of a regime and the bank's own data are a few kilobytes. */
const TEXT_BYTES_MAX = 1024 * 1024;

/** reports/regimes/<regime_version>.yaml */
export function keptRegimeName(version: string): string {
  return `reports/regimes/${version}.yaml`;
}

/** Created where it is absent; the name is the hash of the content, so that writing it again is nothing. */
export async function keepRegimes(store: ObjectStore, regimes: readonly Pick<Regime, 'regimeVersion' | 'text'>[]): Promise<void> {
  for (const { regimeVersion, text } of regimes) {
    const name = keptRegimeName(regimeVersion);
    if ((await store.stat(name)) !== undefined) continue;
    try {
      await store.write(name, Buffer.from(text, 'utf8'), { ifAbsent: true });
    } catch (error) {
      if (!isMarketsError(error, 'STORE_EXISTS')) throw error;
    }
  }
}

/** REGIME_NOT_FOUND where that version was never kept, REGIME_INVALID where what is there is not it. */
export async function readRegime(store: ObjectStore, version: string): Promise<KeptRegime> {
  const name = keptRegimeName(version);
  try {
    return parseKept((await store.read(name, { maxBytes: TEXT_BYTES_MAX })).toString('utf8'), version);
  } catch (cause) {
    if (!isMarketsError(cause, 'STORE_NOT_FOUND')) throw cause;
    throw new MarketsError('REGIME_NOT_FOUND', 'This version of a regime was never kept.', {
      cause,
      expected: name,
      next: 'See whether the root is the right one.',
    });
  }
}

function parseKept(text: string, version: string): KeptRegime {
  const parts = versionOf(text) === version ? splitKeptText(text) : undefined;
  if (parts === undefined || !Value.Check(ReportingEntityModel, parts.entity)) throw notThatRegime(version, 'other bytes');
  const { name = '' } = /^name: *(?<name>[a-z][a-z0-9_]*)/m.exec(parts.yaml)?.groups ?? {};
  const parsed = parseRegime(parts.yaml, `${name}.yaml`, parts.entity);
  if ('problems' in parsed) throw notThatRegime(version, parsed.problems.map(({ message }) => message).join(' '));
  return compileRegime(parsed.plan, parts.entity, new Map());
}

function notThatRegime(version: string, found: string): MarketsError {
  return new MarketsError('REGIME_INVALID', 'What is kept of a regime is not that version, or is not understood any more.', {
    expected: version,
    found,
    place: { file: keptRegimeName(version) },
  });
}

/** All regimes of a folder, with what is wrong with each and with them together. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadCalendars } from '../../core/calendars/load-calendars.ts';
import { isMarketsError, MarketsError } from '../../core/errors/markets-error.ts';
import { placeOf, problemText, type SpecProblem } from '../../core/spec/spec-problem.ts';
import { compileRegime } from './compile-regime.ts';
import { parseRegime, type ParsedRegime } from './parse-regime.ts';
import type { RegimePlan } from './regime-plan.ts';
import type { Regime } from './regime.ts';
import type { ReportingEntity } from './reporting-entity.ts';

export interface RegimeOptions {
  /** The bank itself: reporter.entity of the configuration. */
  readonly entity: ReportingEntity;
  /** Folder of the exchanges' calendars (config/calendars). */
  readonly calendars: string;
  /** Names of the source specs: a regime that names another is wrong. Not checked where they are not given. */
  readonly sources?: readonly string[];
}

export interface LoadedRegime {
  readonly regime: Regime;
  readonly plan: RegimePlan;
}

export interface LoadedRegimes {
  /** Enabled ones without problems, by name. */
  readonly regimes: readonly LoadedRegime[];
  readonly problems: readonly SpecProblem[];
}

/** Reads every .yaml of the folder. REGIME_NOT_FOUND where there is no such folder; bad regimes are returned. */
export async function loadRegimes(folder: string, options: RegimeOptions): Promise<LoadedRegimes> {
  const files = await regimeFiles(folder);
  const problems: SpecProblem[] = [];
  const regimes: LoadedRegime[] = [];
  const names = new Map<string, string>();
  for (const file of files) {
    const text = await readFile(join(folder, file), 'utf8');
    const parsed = parseRegime(text, file, options.entity);
    const loaded = 'problems' in parsed ? parsed : await compiled(parsed, options, names);
    if ('problems' in loaded) problems.push(...loaded.problems);
    else if (loaded.plan.document.enabled !== false) regimes.push(loaded);
  }
  return { regimes, problems };
}

/** The regimes, all of them good; REGIME_INVALID with every problem otherwise. */
export async function requireRegimes(folder: string, options: RegimeOptions): Promise<readonly LoadedRegime[]> {
  const { regimes, problems } = await loadRegimes(folder, options);
  const [first] = problems;
  if (first === undefined) return regimes;
  throw new MarketsError('REGIME_INVALID', problems.map(problemText).join('\n'), {
    place: placeOf(first),
    next: 'mend the regimes; `markets validate-specs` checks them',
    details: { problems },
  });
}

type Parsed = Extract<ParsedRegime, { plan: RegimePlan }>;

async function compiled(
  { plan, problemAt }: Parsed,
  { entity, calendars: folder, sources }: RegimeOptions,
  shortCodes: Map<string, string>,
): Promise<LoadedRegime | { readonly problems: readonly SpecProblem[] }> {
  const { short_code: shortCode, name } = plan.document;
  const [clash] = [...shortCodes].filter(([code]) => code.startsWith(shortCode) || shortCode.startsWith(code));
  if (clash !== undefined) {
    return {
      problems: [problemAt(['short_code'], 'A short code begins as another one does.', `one that ${clash[1]} (${clash[0]}) has not`)],
    };
  }
  shortCodes.set(shortCode, name);
  const unknown = (plan.document.sources ?? []).findIndex((source) => sources?.includes(source) === false);
  if (unknown >= 0) return { problems: [problemAt(['sources', unknown], 'There is no such source.', sources?.join(', ') ?? '')] };
  const named = plan.deadline.kind === 'business_days' ? [plan.deadline.calendar] : [];
  try {
    const calendars = await loadCalendars(folder, named);
    return { regime: compileRegime(plan, entity, calendars), plan };
  } catch (error) {
    if (!isMarketsError(error, 'CONFIG_INVALID')) throw error;
    return { problems: [problemAt(['deadline', 'calendar'], error.message, error.expected ?? 'a calendar')] };
  }
}

async function regimeFiles(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).filter((name) => /\.ya?ml$/.test(name)).sort();
  } catch (cause) {
    throw new MarketsError('REGIME_NOT_FOUND', 'The folder of regimes cannot be read.', {
      cause,
      expected: 'a folder of YAML files, one a regime',
      found: folder,
      next: 'name it with --regimes',
    });
  }
}

/** Which regimes are on, whose events they look at, and that everything they name is there: said before the first event. */
import { join, resolve } from 'node:path';
import { MarketsError } from '../../core/errors/markets-error.ts';
import type { SourceSpec } from '../../core/spec/source-spec.ts';
import { nearestWord } from '../../core/types/nearest-word.ts';
import type { ReporterConfig } from '../../reporter/config/reporter-config.ts';
import { requireRegimes } from '../../reporter/regime/load-regimes.ts';
import type { Regime } from '../../reporter/regime/regime.ts';
import type { ReportingEntity } from '../../reporter/regime/reporting-entity.ts';

/** The regimes of the configuration that are on. CONFIG_INVALID for none, for one that is not there, and for a destination that is not. */
export async function configuredRegimes(config: ReporterConfig, home: string, specs: readonly SourceSpec[]): Promise<readonly Regime[]> {
  const folder = resolve(home, config.regimes.folder ?? 'regimes');
  const sources = specs.map(({ name }) => name);
  const loaded = await requireRegimes(folder, { entity: entityOf(config), calendars: join(home, 'config', 'calendars'), sources });
  const names = loaded.map(({ regime }) => regime.name);
  const [unknown] = config.regimes.on.filter((name) => !names.includes(name));
  if (unknown !== undefined) throw wrong('A regime that is on is not there.', nearestWord(unknown, names) ?? names.join(', '), unknown);
  const regimes = loaded.map(({ regime }) => regime).filter(({ name }) => config.regimes.on.includes(name));
  if (regimes.length === 0) throw wrong('No regime is on.', `reporter.regimes.on with some of ${names.join(', ')}`, 'none');
  for (const { name, destination } of regimes) {
    if (config.destinations[destination] !== undefined) continue;
    throw wrong(`The regime ${name} reports to a destination that is not configured.`, `reporter.destinations.${destination}`, 'none');
  }
  return regimes;
}

/** Sources of trades that come as messages and that a regime looks at, and those of reporter.intake. */
export function reportedSources({ intake }: ReporterConfig, regimes: readonly Regime[], specs: readonly SourceSpec[]): readonly string[] {
  const streams = specs.filter(({ enabled, source, canonical: { entity } }) => {
    return enabled && source.type === 'stream' && (entity === 'trades' || entity === 'executions');
  });
  const named = [...intake.pull.sources, ...intake.kafka.sources];
  const looked = streams.map(({ name }) => name).filter((name) => regimes.some((regime) => regime.appliesTo(name)));
  const [idle] = named.filter((name) => !regimes.some((regime) => regime.appliesTo(name)));
  if (idle !== undefined) throw wrong('A source of reporter.intake is of no regime that is on.', looked.join(', '), idle);
  return [...new Set([...looked, ...named])].sort();
}

function entityOf({ entity }: ReporterConfig): ReportingEntity {
  const { lei, country, submitting_lei, investment_firm, finra_mpid } = entity;
  if (lei === null || country === null) throw wrong('reporter.entity says not who reports.', 'lei and country', 'none');
  return { lei, country, submitting_lei: submitting_lei ?? lei, investment_firm, ...(finra_mpid !== null && { finra_mpid }) };
}

function wrong(message: string, expected: string, found: string): MarketsError {
  return new MarketsError('CONFIG_INVALID', message, { expected, found, next: 'Mend the block `reporter` of the configuration.' });
}

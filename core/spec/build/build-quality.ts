/** quality: what is looked at besides whether a record is good. */
import { CANONICAL_ENTITIES } from '../../canonical/entities.ts';
import { parseDecimal } from '../../types/decimal.ts';
import { eventTimeColumn } from '../source-column.ts';
import type { Canonical, Column, DuplicateCheck, OutlierCheck, Quality, Stream } from '../source-spec.ts';
import { buildDuration } from './build-duration.ts';
import { report, reportKey, type Builder } from './builder.ts';
import { checkColumnOf, KEY_KINDS, NUMBER_KINDS } from './check-column.ts';

const GAPS_MAX = 8;
const GAP_BOUNDS = { least: '1ms', most: '24h' } as const;
const FUTURE_BOUNDS = { least: '0s', most: '24h' } as const;
/** As long as fingerprints are kept in memory. */
const WITHIN_BOUNDS = { least: '1ms', most: '1h' } as const;
const WITHIN = '10s';
/** Values of every instrument that are kept in memory. */
const WINDOW_MAX = 10_000;
const WINDOW = 100;
const SIGMA = '6';
const SIGMA_DECIMALS = 6;

export function buildQuality(builder: Builder, columns: readonly Column[], canonical: Canonical, stream: Stream | null): Quality {
  const { quality = {}, expectations = {} } = builder.document;
  checkNeeds(builder, columns, canonical, stream);
  return {
    volume_anomaly: expectations.volume_anomaly ?? quality.volume_anomaly ?? null,
    gaps_ms: buildGaps(builder),
    outliers: buildOutliers(builder, columns),
    duplicates: buildDuplicates(builder, columns),
    crossed: buildCrossed(builder, columns),
    positive: (quality.positive ?? []).map((name, index) => numberColumn(builder, ['positive', index], name, columns)),
    future_ms: quality.future === undefined ? null : (buildDuration(builder, ['quality', 'future'], quality.future, FUTURE_BOUNDS) ?? null),
  };
}

/** Checks that go along the events of an instrument need to know the instrument, and the moment. */
function checkNeeds(builder: Builder, columns: readonly Column[], canonical: Canonical, stream: Stream | null): void {
  const { quality = {} } = builder.document;
  const moment = eventTimeColumn({ stream, canonical });
  // What a stream names itself has been checked.
  const hasMoment = moment === stream?.event_time_field || columns.some(({ name, type }) => name === moment && type.kind === 'TIMESTAMP');
  const hasInstrument = CANONICAL_ENTITIES[canonical.entity].one_of.length > 0;
  for (const key of ['gaps', 'outliers', 'duplicates', 'future'] as const) {
    if (quality[key] !== undefined && !hasMoment) {
      reportKey(builder, ['quality', key], `${key} needs the moment of an event.`, {
        expected: 'stream.event_time_field, or a canonical entity whose time is mapped from a column of type TIMESTAMP',
        found: 'neither',
      });
    }
  }
  for (const key of ['gaps', 'outliers'] as const) {
    if (quality[key] !== undefined && !hasInstrument) {
      reportKey(builder, ['quality', key], `${key} needs the instrument of an event.`, {
        expected: 'canonical.entity prices, quotes, trades, executions or orders',
        found: canonical.entity,
      });
    }
  }
}

function buildGaps(builder: Builder): readonly number[] {
  const written = builder.document.quality?.gaps ?? [];
  const path = ['quality', 'gaps'];
  if (written.length > GAPS_MAX) {
    report(builder, path, 'There are too many gaps.', { expected: `at most ${GAPS_MAX}`, found: String(written.length) });
  }
  const gaps = written.flatMap((each, index) => buildDuration(builder, [...path, index], each, GAP_BOUNDS) ?? []);
  const again = gaps.findIndex((ms, index) => gaps.indexOf(ms) < index);
  if (again >= 0) {
    report(builder, [...path, again], 'A duration is there twice.', { expected: 'each once', found: written[again] });
  }
  return gaps.toSorted((a, b) => a - b);
}

function buildOutliers(builder: Builder, columns: readonly Column[]): OutlierCheck | null {
  const document = builder.document.quality?.outliers;
  if (document === undefined) return null;
  const path = ['quality', 'outliers'];
  const { window = WINDOW, robust = true } = document;
  if (window > WINDOW_MAX) {
    report(builder, [...path, 'window'], 'The window is too long.', { expected: `2 to ${WINDOW_MAX}`, found: String(window) });
  }
  return {
    column: numberColumn(builder, ['outliers', 'column'], document.column, columns),
    window,
    sigma: document.sigma === undefined ? SIGMA : buildSigma(builder, [...path, 'sigma']),
    is_robust: robust,
  };
}

/** From its text, so that no float comes in between. */
function buildSigma(builder: Builder, path: readonly string[]): string {
  const text = builder.yaml.sourceText(path) ?? '';
  const decimal = parseDecimal(text);
  if (decimal === undefined || decimal.digits <= 0n || decimal.scale > SIGMA_DECIMALS || !/^[0-9.]{1,12}$/.test(text)) {
    report(builder, path, 'This is no number of deviations.', {
      expected: `a number above 0, at most ${SIGMA_DECIMALS} decimals`,
      found: text,
    });
  }
  return text;
}

function buildDuplicates(builder: Builder, columns: readonly Column[]): DuplicateCheck | null {
  const document = builder.document.quality?.duplicates;
  if (document === undefined) return null;
  document.columns.forEach((name, index) => {
    const wanted = { kinds: [...KEY_KINDS, 'FLOAT64'] as const, what: 'part of a fingerprint' };
    checkColumnOf(builder, ['quality', 'duplicates', 'columns', index], name, columns, wanted);
  });
  const within = buildDuration(builder, ['quality', 'duplicates', 'within'], document.within ?? WITHIN, WITHIN_BOUNDS);
  return { columns: document.columns, within_ms: within ?? 0 };
}

function buildCrossed(builder: Builder, columns: readonly Column[]): Quality['crossed'] {
  const document = builder.document.quality?.crossed;
  if (document === undefined) return null;
  if (document.bid === document.ask) {
    report(builder, ['quality', 'crossed', 'ask'], 'Bid and ask are one column.', { expected: 'two columns', found: document.ask });
  }
  return {
    bid: numberColumn(builder, ['crossed', 'bid'], document.bid, columns),
    ask: numberColumn(builder, ['crossed', 'ask'], document.ask, columns),
  };
}

function numberColumn(builder: Builder, path: readonly (string | number)[], name: string, columns: readonly Column[]): string {
  checkColumnOf(builder, ['quality', ...path], name, columns, { kinds: NUMBER_KINDS, what: 'compared as a number' });
  return name;
}

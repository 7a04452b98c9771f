/** schema[].format: how dates and times are written. */
import type { ColumnType } from '../../types/column-type.ts';
import { parseStrptimeFormat, STRPTIME_DIRECTIVES } from '../../types/strptime.ts';
import type { ColumnDocument } from '../document/document-model.ts';
import type { Source, StrptimeDirective, StrptimePart, TimeFormat } from '../source-spec.ts';
import { report, type Builder } from './builder.ts';

export function isTemporal({ kind }: ColumnType): boolean {
  return kind === 'DATE' || kind === 'TIME' || kind === 'DATETIME' || kind === 'TIMESTAMP';
}

const EPOCHS: Readonly<Record<string, 's' | 'ms' | 'us' | 'ns'>> = { epoch_s: 's', epoch_ms: 'ms', epoch_us: 'us', epoch_ns: 'ns' };
const DATE_PARTS: readonly StrptimeDirective[] = ['Y', 'y', 'm', 'b', 'B', 'd', 'e', 'j'];

/** UTCTimestamp, LocalMktDate, UTCTimeOnly: with a fraction of the second or without. */
const FIX_FORMATS: Readonly<Record<string, string>> = {
  TIMESTAMP: '%Y%m%d-%H:%M:%S%N',
  DATETIME: '%Y%m%d-%H:%M:%S%N',
  DATE: '%Y%m%d',
  TIME: '%H:%M:%S%N',
};

/** null for types without a format. */
export function buildTimeFormat(
  builder: Builder,
  document: ColumnDocument,
  source: Source,
  index: number,
  type: ColumnType,
): TimeFormat | null {
  if (!isTemporal(type)) {
    return null;
  }
  const written = document.format ?? (source.format === 'fix' ? FIX_FORMATS[type.kind] : undefined) ?? 'ISO8601';
  if (/^iso[-_ ]?8601$/i.test(written)) {
    return { kind: 'iso8601' };
  }
  const path = ['schema', index, 'format'];
  const unit = EPOCHS[written.toLowerCase()];
  if (unit !== undefined) {
    if (type.kind !== 'TIMESTAMP' && type.kind !== 'DATETIME') {
      report(builder, path, `${written} has no meaning for ${type.kind}.`, { expected: 'TIMESTAMP', found: type.kind });
    }
    return { kind: 'epoch', unit };
  }
  return strptimeFormat(builder, path, written, type);
}

function strptimeFormat(builder: Builder, path: readonly (string | number)[], written: string, type: ColumnType): TimeFormat {
  const parts = parseStrptimeFormat(written);
  if ('unknown' in parts) {
    const known = Object.keys(STRPTIME_DIRECTIVES).map((letter) => `%${letter}`);
    report(builder, path, `There is no directive ${parts.unknown}.`, { expected: [...known, '%T', '%F', '%%'].join(' '), found: written });
    return { kind: 'iso8601' };
  }
  const missing = missingPart(parts, type);
  if (missing !== undefined) {
    report(builder, path, `The format does not give a whole ${type.kind}.`, { expected: missing, found: written });
  }
  return { kind: 'strptime', text: written, parts };
}

function missingPart(parts: readonly StrptimePart[], type: ColumnType): string | undefined {
  const directives = parts.flatMap((part) => ('directive' in part ? [part.directive] : []));
  const has = (...letters: readonly StrptimeDirective[]): boolean => letters.some((letter) => directives.includes(letter));
  if (directives.length === 0) {
    return 'ISO8601, epoch_s, epoch_ms, epoch_us, epoch_ns or strptime directives such as %Y-%m-%d %H:%M:%S';
  }
  if (has('I') !== has('p')) {
    return '%I and %p together';
  }
  if (type.kind === 'TIME') {
    return has('H', 'I') ? (has(...DATE_PARTS) ? 'no part of a date' : undefined) : '%H, or %I and %p';
  }
  const hasDate = has('Y', 'y') && (has('j') || (has('m', 'b', 'B') && has('d', 'e')));
  return hasDate ? undefined : 'a year, a month and a day: %Y, %m, %d';
}

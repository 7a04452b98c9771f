/** Durations as a spec writes them: a whole number and a unit. */
import type { Path } from '../spec-problem.ts';
import { report, type ProblemList } from './builder.ts';

const MS_OF_UNIT: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Both as a spec writes them, e.g. 1ms and 24h. */
export interface DurationBounds {
  readonly least: string;
  readonly most: string;
}

/** In milliseconds; undefined (which is reported) where it is no duration or out of bounds. */
export function buildDuration(builder: ProblemList, path: Path, written: string, { least, most }: DurationBounds): number | undefined {
  const ms = durationMs(written);
  if (ms === undefined) {
    report(builder, path, 'This is no duration.', { expected: 'a whole number and ms, s, m or h: 500ms, 5s, 2m, 1h', found: written });
  } else if (ms < (durationMs(least) ?? 0) || ms > (durationMs(most) ?? 0)) {
    report(builder, path, 'The duration is out of bounds.', { expected: `${least} to ${most}`, found: written });
    return undefined;
  }
  return ms;
}

function durationMs(text: string): number | undefined {
  const [, digits, unit = ''] = /^(\d{1,9})(ms|s|m|h)$/.exec(text) ?? [];
  const factor = MS_OF_UNIT[unit];
  return digits === undefined || factor === undefined ? undefined : Number(digits) * factor;
}

/** deadline: a duration after the trade, or a wall time some business days later. */
import { buildDuration } from '../../core/spec/build/build-duration.ts';
import { report } from '../../core/spec/build/builder.ts';
import { isTimeZone } from '../../core/types/time-zone.ts';
import type { RegimeBuilder } from './regime-builder.ts';
import type { PlannedDeadline } from './regime-plan.ts';

const BOUNDS = { least: '1s', most: '24h' } as const;
const BUSINESS_KEYS = ['business_days', 'calendar', 'at', 'timezone'] as const;

export function buildDeadline(builder: RegimeBuilder): PlannedDeadline | undefined {
  const { within, ...business } = builder.document.deadline;
  const present = BUSINESS_KEYS.filter((key) => business[key] !== undefined);
  if (within !== undefined && present.length === 0) {
    const ms = buildDuration(builder, ['deadline', 'within'], within, BOUNDS);
    return ms === undefined ? undefined : { kind: 'within', micros: BigInt(ms) * 1000n };
  }
  const { business_days: days, calendar, at, timezone } = business;
  if (within !== undefined || days === undefined || calendar === undefined || at === undefined || timezone === undefined) {
    report(builder, ['deadline'], 'The deadline is neither of the two forms.', {
      expected: `within alone, or ${BUSINESS_KEYS.join(', ')}`,
      found: Object.keys(builder.document.deadline).join(', '),
    });
    return undefined;
  }
  if (!isTimeZone(timezone)) {
    report(builder, ['deadline', 'timezone'], 'There is no such time zone.', {
      expected: 'an IANA name, e.g. Europe/Berlin',
      found: timezone,
    });
    return undefined;
  }
  return { kind: 'business_days', days, calendar, at, timezone };
}

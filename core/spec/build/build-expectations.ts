/** expectations: what is expected to arrive, and when. */
import type { Expectations } from '../source-spec.ts';
import { report, type Builder } from './builder.ts';
import { checkedZone } from './build-source.ts';

export function buildExpectations(builder: Builder): Expectations {
  const document = builder.document.expectations ?? {};
  const { typical_row_count: typical, max_files_per_day: most = null } = document;
  // A stream delivers no files.
  const isStream = builder.document.source.type === 'stream';
  const least = document.min_files_per_day ?? (isStream ? 0 : 1);
  if (typical?.min !== undefined && typical.max !== undefined && typical.min > typical.max) {
    report(builder, ['expectations', 'typical_row_count', 'min'], 'min is greater than max.', {
      expected: `at most ${typical.max}`,
      found: String(typical.min),
    });
  }
  if (most !== null && least > most) {
    report(builder, ['expectations', 'min_files_per_day'], 'min_files_per_day is greater than max_files_per_day.', {
      expected: `at most ${most}`,
      found: String(least),
    });
  }
  return {
    frequency: document.frequency ?? null,
    expected_by: buildExpectedBy(builder),
    calendar: buildCalendar(builder),
    min_files_per_day: least,
    max_files_per_day: most,
    typical_row_count: typical === undefined ? null : { min: typical.min ?? null, max: typical.max ?? null },
    max_file_size_mb: document.max_file_size_mb ?? null,
  };
}

/** weekdays, every_day, or four capitals: whether there is a calendar of that exchange is known where it is used. */
function buildCalendar(builder: Builder): string {
  const calendar = builder.document.expectations?.calendar ?? 'weekdays';
  if (calendar !== 'weekdays' && calendar !== 'every_day' && !/^[A-Z0-9]{4}$/.test(calendar)) {
    report(builder, ['expectations', 'calendar'], 'There is no such calendar.', {
      expected: 'weekdays, every_day, or the MIC of an exchange',
      found: calendar,
    });
  }
  return calendar;
}

function buildExpectedBy(builder: Builder): Expectations['expected_by'] {
  const written = builder.document.expectations?.expected_by;
  if (written === undefined) {
    return null;
  }
  const isText = typeof written === 'string';
  const text = isText ? written : written.time;
  const path = isText ? ['expectations', 'expected_by'] : ['expectations', 'expected_by', 'time'];
  const match = /^([01]\d|2[0-3]):([0-5]\d)(?::[0-5]\d)?(?: ?(Z|[A-Za-z][A-Za-z0-9_+/-]*))?$/.exec(text);
  if (match === null) {
    report(builder, path, 'This is no time of day.', { expected: '"06:00", "06:00 UTC" or "08:00 Europe/Paris"', found: text });
    return null;
  }
  const named = match[3] === 'Z' ? 'UTC' : match[3];
  const zone = isText ? named : (written.timezone ?? named);
  const zonePath = isText ? path : ['expectations', 'expected_by', 'timezone'];
  return { time: `${match[1] ?? ''}:${match[2] ?? ''}`, timezone: checkedZone(builder, zonePath, zone) };
}

/** Reads the exchanges' holidays from config/calendars/<MIC>.yaml, only those that are named. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Type } from '@sinclair/typebox';
import { Ajv } from 'ajv';
import { MarketsError } from '../errors/markets-error.ts';
import { parsePlacedYaml } from '../configuration/yaml-place.ts';
import type { Calendars, ExchangeCalendar } from './business-day.ts';

const DAY = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' });
const CALENDAR_FILE = Type.Object(
  {
    mic: Type.String(),
    from: DAY,
    to: DAY,
    closed_weekdays: Type.Array(Type.Integer({ minimum: 1, maximum: 7 })),
    holidays: Type.Array(DAY),
    special_days: Type.Array(DAY),
  },
  { additionalProperties: false },
);

interface CalendarFile {
  readonly mic: string;
  readonly from: string;
  readonly to: string;
  readonly closed_weekdays: readonly number[];
  readonly holidays: readonly string[];
  readonly special_days: readonly string[];
}

const check = new Ajv({ strict: false }).compile<CalendarFile>(CALENDAR_FILE);
const NOT_EXCHANGES = new Set(['weekdays', 'every_day']);

/** `names`: MICs; weekdays and every_day need no file. CONFIG_INVALID where one has none. */
export async function loadCalendars(folder: string, names: Iterable<string>): Promise<Calendars> {
  const exchanges = new Set([...names].filter((name) => !NOT_EXCHANGES.has(name)));
  const calendars = new Map<string, ExchangeCalendar>();
  for (const name of exchanges) calendars.set(name, await loadCalendar(join(folder, `${name}.yaml`), name));
  return calendars;
}

async function loadCalendar(file: string, name: string): Promise<ExchangeCalendar> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new MarketsError('CONFIG_INVALID', `There is no calendar of the exchange ${name}.`, {
      cause,
      expected: file,
      next: 'Add the file, or name the calendar weekdays.',
    });
  }
  const { data } = parsePlacedYaml(text, file);
  if (!check(data)) throw new MarketsError('CONFIG_INVALID', `The calendar of ${name} is wrong.`, { place: { file } });
  return { ...data, holidays: new Set(data.holidays), special_days: new Set(data.special_days) };
}

/** The fields of RTS 22 as auth.016.001.03 writes them: the type of each value, and the kinds that it knows how to write. */
import type { TypeKind } from '../../../core/types/column-type.ts';
import { fieldText } from '../../regime/field-format.ts';
import type { PlannedField } from '../../regime/regime-plan.ts';
import type { Misfit, ReportField } from '../outputs.ts';

const PERSON = ['CONCAT', 'NIDN', 'CCPT'] as const;
const PRICE = ['MONE', 'PERC', 'YIEL', 'BAPO', 'PNDG', 'NOAP'] as const;

const KINDS: Readonly<Record<string, readonly string[]>> = {
  7: ['LEI', 'MIC', 'INTC', ...PERSON],
  12: ['LEI', ...PERSON],
  16: ['LEI', 'MIC', 'INTC', ...PERSON],
  21: ['LEI', ...PERSON],
  30: ['UNIT', 'NOML', 'MONE'],
  33: PRICE,
  45: ['INTR', 'FX'],
  49: ['DAYS', 'WEEK', 'MNTH', 'YEAR'],
  51: PRICE,
  57: [...PERSON, 'ALGO'],
  59: [...PERSON, 'ALGO', 'NORE'],
};

const OTHER_TYPES: Readonly<Partial<Record<TypeKind, readonly number[]>>> = {
  BOOL: [5, 25, 64, 65],
  DATE: [11, 15, 20, 24, 54, 55],
  TIMESTAMP: [28],
  DECIMAL: [30, 33, 35, 38, 46, 51],
  INT64: [49],
};

/** Lists of words. */
const MANY: readonly number[] = [61, 63];
const LAST = 65;

/** Without these there is no transaction in the schema. Field 33 has a kind besides (no price yet), so its writer looks for it. */
export const MANDATORY = [1, 2, 4, 5, 6, 7, 16, 25, 28, 29, 30, 36, 59, 65].map(String);
/** What names a transaction, in a cancellation too. */
const IN_CANCELLATION: readonly string[] = ['1', '2', '4', '6'];

function typeOf(number: number): TypeKind {
  const found = Object.entries(OTHER_TYPES).find(([, numbers]) => numbers.includes(number));
  return (found?.[0] ?? 'STRING') as TypeKind;
}

export function auth016Misfits(fields: readonly PlannedField[]): readonly Misfit[] {
  const missing = [...MANDATORY, '33'].filter((number) => !fields.some((field) => field.number === number));
  return [
    ...missing.map((number) => ({ number, message: 'The message cannot be written without this field.', expected: `a field ${number}` })),
    ...fields.flatMap(misfitsOf),
  ];
}

function misfitsOf({ number, type, forms, many, inCancellation, key }: PlannedField): readonly Misfit[] {
  const place = Number(number);
  const kinds = KINDS[number];
  const misfit = (isWrong: boolean, message: string, expected: string): readonly Misfit[] =>
    isWrong ? [{ number, message, expected }] : [];
  if (!Number.isInteger(place) || place > LAST) {
    return misfit(true, 'The message has no such field.', `a number from 1 to ${String(LAST)}`);
  }
  const unknown = [...(forms?.keys() ?? [])].filter((kind) => kinds?.includes(kind) !== true);
  const isNamed = IN_CANCELLATION.includes(number);
  return [
    ...misfit(type.kind !== typeOf(place), 'The message has another type here.', typeOf(place)),
    ...misfit(
      (forms === null) !== (kinds === undefined),
      'The message needs the kind of the value here, or knows none.',
      kinds?.join(', ') ?? 'no kind',
    ),
    ...misfit(unknown.length > 0, 'The message has no such kind here.', kinds?.join(', ') ?? 'no kind'),
    ...misfit(many !== MANY.includes(place), 'A list of words is one where the message has one.', many ? 'one word' : 'many: true'),
    ...misfit(
      inCancellation !== isNamed,
      'A cancellation has just the fields that name a transaction.',
      `in_cancellation: ${String(isNamed)}`,
    ),
    ...misfit(key !== null, 'key is of a JSON report.', 'no key'),
  ];
}

/** The values of one report by number. */
export interface FieldTexts {
  /** null where there is none. */
  text(number: number): string | null;
  kind(number: number): string | null;
  words(number: number): readonly string[];
  /** MissingField where there is none. */
  must(number: number): string;
}

/** Thrown by the writers, made a finding by the regime: its conditions let through what the message cannot do without. */
export class MissingField extends Error {
  readonly number: string;

  constructor(number: number) {
    super(`field ${String(number)} is missing`);
    this.number = String(number);
  }
}

export function fieldTexts(fields: readonly ReportField[]): FieldTexts {
  const byNumber = new Map(fields.map((each) => [each.field.number, each]));
  const text = (number: number): string | null => {
    const found = byNumber.get(String(number));
    return found === undefined || found.value === null ? null : fieldText(found.field.type, found.value);
  };
  return {
    text,
    kind: (number) => byNumber.get(String(number))?.kind ?? null,
    words: (number) => text(number)?.split(',') ?? [],
    must: (number) => {
      const found = text(number);
      if (found === null) throw new MissingField(number);
      return found;
    },
  };
}

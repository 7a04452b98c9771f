/** The checks of a field's whole value by name. */
import { isCfi } from '../../core/engine/checks/cfi.ts';
import { isCurrencyCode } from '../../core/engine/checks/currency.ts';
import { isIsin } from '../../core/engine/checks/isin.ts';
import { isLei } from '../../core/engine/checks/lei.ts';
import { isMic } from '../../core/engine/checks/mic.ts';
import { isCivilDate } from '../../core/types/calendar.ts';
import { isCountryCode } from './country-codes.ts';
import type { CheckName } from './regime-model.ts';

interface FieldCheck {
  readonly holds: (text: string) => boolean;
  readonly expected: string;
}

export const FIELD_CHECKS: Readonly<Record<CheckName, FieldCheck>> = {
  lei: { holds: isLei, expected: 'an LEI (ISO 17442) with its check digits' },
  isin: { holds: isIsin, expected: 'an ISIN (ISO 6166) with its check digit' },
  mic: { holds: isMic, expected: 'a market identifier code of the ISO 10383 register' },
  cfi: { holds: isCfi, expected: 'a CFI code (ISO 10962)' },
  currency: { holds: isCurrencyCode, expected: 'a currency code of ISO 4217' },
  country: { holds: isCountryCode, expected: 'a country code of ISO 3166-1, two letters' },
  concat: { holds: isConcat, expected: 'a country, YYYYMMDD of birth, 5 letters of the first name and 5 of the surname, filled with #' },
  national_id: { holds: isNationalId, expected: 'a country code and at most 35 letters and digits' },
};

/** DE19700131JOHN#SMITH: RTS 22, article 6. */
function isConcat(text: string): boolean {
  const [, country = '', year, month, day] =
    /^([A-Z]{2})(\d{4})(\d{2})(\d{2})(?=.{10}$)[A-Z]{1,5}#*(?<=^.{15})[A-Z]{1,5}#*$/.exec(text) ?? [];
  return isCountryCode(country) && isCivilDate(Number(year), Number(month), Number(day));
}

function isNationalId(text: string): boolean {
  return /^[A-Z]{2}[A-Z0-9]{1,35}$/.test(text) && isCountryCode(text.slice(0, 2));
}

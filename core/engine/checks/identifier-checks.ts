/** The checks of a spec's `check` key by name. */
import type { Column } from '../../spec/source-spec.ts';
import { isCfi } from './cfi.ts';
import { isCurrencyCode } from './currency.ts';
import { isFigi } from './figi.ts';
import { isIsin } from './isin.ts';
import { isLei } from './lei.ts';
import { isMic } from './mic.ts';

type CheckName = NonNullable<Column['check']>;

interface IdentifierCheck {
  readonly holds: (text: string) => boolean;
  readonly expected: string;
}

const CHECKS: Readonly<Record<CheckName, IdentifierCheck>> = {
  lei: { holds: isLei, expected: 'an LEI (ISO 17442) with its check digits' },
  isin: { holds: isIsin, expected: 'an ISIN (ISO 6166) with its check digit' },
  mic: { holds: isMic, expected: 'a market identifier code of the ISO 10383 register' },
  currency: { holds: isCurrencyCode, expected: 'a currency code of ISO 4217' },
  cfi: { holds: isCfi, expected: 'a CFI code (ISO 10962)' },
  figi: { holds: isFigi, expected: 'a FIGI with its check digit' },
};

export function identifierCheck(name: CheckName): IdentifierCheck {
  return CHECKS[name];
}

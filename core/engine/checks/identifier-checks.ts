/** The checks of a spec's `check` key by name. */
import type { Column } from '../../spec/source-spec.ts';
import { cfiHolds, isCfi } from './cfi.ts';
import { currencyCodeHolds, isCurrencyCode } from './currency.ts';
import { figiHolds, isFigi } from './figi.ts';
import { isIsin, isinHolds } from './isin.ts';
import { isLei, leiHolds } from './lei.ts';
import { isMic, micHolds } from './mic.ts';

type CheckName = NonNullable<Column['check']>;

interface IdentifierCheck {
  readonly holds: (text: string) => boolean;
  /** The same of the ASCII bytes from `from` to before `to`. */
  readonly bytesHold: (b: Uint8Array, from: number, to: number) => boolean;
  readonly expected: string;
}

const CHECKS: Readonly<Record<CheckName, IdentifierCheck>> = {
  lei: { holds: isLei, bytesHold: leiHolds, expected: 'an LEI (ISO 17442) with its check digits' },
  isin: { holds: isIsin, bytesHold: isinHolds, expected: 'an ISIN (ISO 6166) with its check digit' },
  mic: { holds: isMic, bytesHold: micHolds, expected: 'a market identifier code of the ISO 10383 register' },
  currency: { holds: isCurrencyCode, bytesHold: currencyCodeHolds, expected: 'a currency code of ISO 4217' },
  cfi: { holds: isCfi, bytesHold: cfiHolds, expected: 'a CFI code (ISO 10962)' },
  figi: { holds: isFigi, bytesHold: figiHolds, expected: 'a FIGI with its check digit' },
};

export function identifierCheck(name: CheckName): IdentifierCheck {
  return CHECKS[name];
}

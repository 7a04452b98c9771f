/** Who trades, with whom, and in which book. People and firms are invented; the LEIs have valid check digits. */

export interface Trader {
  readonly id: string;
  readonly name: string;
  readonly desk: 'EQUITIES' | 'RATES' | 'FX' | 'CRYPTO';
  readonly officer: string;
}

export interface Counterparty {
  readonly id: string;
  readonly name: string;
  readonly lei: string;
  readonly country: string;
}

export interface Book {
  readonly id: string;
  readonly name: string;
  readonly entity: string;
  readonly desk: Trader['desk'];
  /** DD.MM.YYYY, as product control writes it. */
  readonly validFrom: string;
}

export const TRADERS: readonly Trader[] = [
  { id: 'T1001', name: 'Katharina Vogel', desk: 'EQUITIES', officer: 'Ingrid Sommer' },
  { id: 'T1002', name: 'Jérôme Lefèvre', desk: 'EQUITIES', officer: 'Ingrid Sommer' },
  { id: 'T1003', name: 'Tomasz Zieliński', desk: 'EQUITIES', officer: 'Ingrid Sommer' },
  { id: 'T1004', name: "Aoife O'Sullivan", desk: 'RATES', officer: 'Peter Halvorsen' },
  { id: 'T1005', name: 'Matteo Bianchi', desk: 'RATES', officer: 'Peter Halvorsen' },
  { id: 'T1006', name: 'Hannah Müller-Lüdenscheid', desk: 'FX', officer: 'Peter Halvorsen' },
  { id: 'T1007', name: 'Søren Østergaard', desk: 'FX', officer: 'Amélie Renard' },
];

/** Trades from Tuesday on, but human resources lists her on Wednesday only. */
export const LATE_TRADER: Trader = { id: 'T1009', name: 'Yuki Tanaka', desk: 'EQUITIES', officer: 'Ingrid Sommer' };

export const COUNTERPARTIES: readonly Counterparty[] = [
  { id: 'CP101', name: 'Elbe Asset Management GmbH', lei: '529900ELBE7ASSET0138', country: 'DE' },
  { id: 'CP102', name: 'Taunus Capital AG', lei: '549300TAUNUSCAP20236', country: 'DE' },
  { id: 'CP103', name: 'Loire Gestion S.A.', lei: '969500LOIREGEST30371', country: 'FR' },
  { id: 'CP104', name: 'Thames Prime Brokers Ltd', lei: '213800THAMESPRM40429', country: 'GB' },
  { id: 'CP105', name: 'Amstel Pensioenfonds N.V.', lei: '724500AMSTELPEN50548', country: 'NL' },
  { id: 'CP106', name: 'Lago Securities S.p.A.', lei: '815600LAGOSECUR60639', country: 'IT' },
];

/** Trades from Tuesday on, but client onboarding delivers it on Wednesday, counting from Tuesday. */
export const LATE_COUNTERPARTY: Counterparty = {
  id: 'CP107',
  name: 'Alpina Fonds AG',
  lei: '391200ALPINAFND70722',
  country: 'CH',
};

/** Never delivered by client onboarding: its trades keep the flag counterparty_not_found. */
export const UNKNOWN_COUNTERPARTY: Counterparty = {
  id: 'CP199',
  name: 'Boreal Invest ASA',
  lei: '984500BOREALINV80810',
  country: 'NO',
};

/** The clearing house on the other side of every fill on the venue. */
export const CLEARING_MEMBER = '529900RHENUSCLR90912';

const BANK = 'Hanse Merchant Bank AG';
const BANK_PARIS = 'Hanse Merchant Bank AG, Paris branch';

export const BOOKS: readonly Book[] = [
  { id: 'EQ_CASH', name: 'Cash equities', entity: BANK, desk: 'EQUITIES', validFrom: '01.01.2020' },
  { id: 'EQ_CLIENT', name: 'Client facilitation', entity: BANK, desk: 'EQUITIES', validFrom: '01.01.2020' },
  { id: 'RATES_GOV', name: 'Government bonds', entity: BANK, desk: 'RATES', validFrom: '01.07.2021' },
  { id: 'FX_SPOT', name: 'FX spot', entity: BANK, desk: 'FX', validFrom: '01.01.2020' },
];

/** From Thursday on government bonds belong to the Paris branch, and there is a book for what the desk takes over. */
export const BOOKS_FROM_THURSDAY: readonly Book[] = [
  ...BOOKS.filter((book) => book.id !== 'RATES_GOV'),
  { id: 'RATES_GOV', name: 'Government bonds', entity: BANK_PARIS, desk: 'RATES', validFrom: '02.02.2023' },
  { id: 'EQ_BLOCK', name: 'Block trades', entity: BANK, desk: 'EQUITIES', validFrom: '01.02.2023' },
];

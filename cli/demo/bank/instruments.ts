/** What the demo bank trades. ISINs are real; the last column is a price of that week, about right, for the walk to start from. */

export interface Instrument {
  readonly id: string;
  readonly isin: string;
  readonly name: string;
  readonly assetClass: 'EQUITY' | 'BOND' | 'FX' | 'CRYPTO';
  readonly currency: string;
  readonly mic: string;
  /** Smallest step of the price, as the golden source writes it (decimal comma). */
  readonly tick: string;
  readonly listedOn: string;
  /** Price in ten-thousandths. */
  readonly price: number;
}

const TEN_THOUSAND = 10_000;

function instrument(
  id: string,
  isin: string,
  name: string,
  assetClass: Instrument['assetClass'],
  currency: string,
  mic: string,
  listedOn: string,
  price: number,
): Instrument {
  const tick = assetClass === 'EQUITY' ? '0,01' : assetClass === 'BOND' ? '0,001' : '0,0001';
  return { id, isin, name, assetClass, currency, mic, tick, listedOn, price: Math.round(price * TEN_THOUSAND) };
}

export const EQUITIES: readonly Instrument[] = [
  instrument('SAP', 'DE0007164600', 'SAP SE', 'EQUITY', 'EUR', 'XETR', '04.11.1988', 105.32),
  instrument('SIE', 'DE0007236101', 'Siemens AG', 'EQUITY', 'EUR', 'XETR', '08.03.1899', 142.18),
  instrument('ALV', 'DE0008404005', 'Allianz SE', 'EQUITY', 'EUR', 'XETR', '21.11.1895', 219.05),
  instrument('DTE', 'DE0005557508', 'Deutsche Telekom AG', 'EQUITY', 'EUR', 'XETR', '18.11.1996', 20.41),
  instrument('ASML', 'NL0010273215', 'ASML Holding N.V.', 'EQUITY', 'EUR', 'XAMS', '28.11.2012', 602.9),
  instrument('BNP', 'FR0000131104', 'BNP Paribas S.A.', 'EQUITY', 'EUR', 'XPAR', '18.10.1993', 62.4),
  instrument('TTE', 'FR0000120271', 'TotalEnergies SE', 'EQUITY', 'EUR', 'XPAR', '10.09.1929', 57.11),
  instrument('NESN', 'CH0038863350', 'Nestlé S.A.', 'EQUITY', 'CHF', 'XSWX', '01.06.2008', 111.36),
];

/** Known to the golden source from Thursday on only; traded on Wednesday already. */
export const LATE_INSTRUMENT = instrument('RHM', 'DE0007030009', 'Rheinmetall AG', 'EQUITY', 'EUR', 'XETR', '01.02.1894', 214.6);

export const BONDS: readonly Instrument[] = [
  instrument('BUND32', 'DE0001102580', 'Bundesrepublik Deutschland 0 % 2032', 'BOND', 'EUR', 'XFRA', '07.01.2022', 82.413),
  instrument('BUND33', 'DE000BU2Z007', 'Bundesrepublik Deutschland 2,3 % 2033', 'BOND', 'EUR', 'XFRA', '11.01.2023', 100.87),
  instrument('OAT32', 'FR0014007L00', 'République française 0 % 2032', 'BOND', 'EUR', 'XPAR', '02.02.2022', 77.915),
  instrument('BTP32', 'IT0005494239', 'Buoni del Tesoro Poliennali 2,5 % 2032', 'BOND', 'EUR', 'XMIL', '01.06.2022', 87.02),
];

export const CURRENCY_PAIRS: readonly Instrument[] = [
  instrument('EURUSD', '', 'Euro / US-Dollar', 'FX', 'USD', '', '01.01.1999', 1.0871),
  instrument('EURCHF', '', 'Euro / Schweizer Franken', 'FX', 'CHF', '', '01.01.1999', 1.0032),
  instrument('EURGBP', '', 'Euro / Britisches Pfund', 'FX', 'GBP', '', '01.01.1999', 0.8779),
];

export const COINS: readonly Instrument[] = [instrument('ETHUSDT', '', 'Ether / Tether', 'CRYPTO', 'USDT', '', '17.08.2017', 1570.1)];

export const INSTRUMENTS: readonly Instrument[] = [...EQUITIES, ...BONDS, ...CURRENCY_PAIRS, ...COINS];

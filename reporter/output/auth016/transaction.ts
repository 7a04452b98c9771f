/** The transaction (fields 28 to 40) and its indicators (61 to 65). */
import { group, leaf, type XmlPiece } from '../xml-text.ts';
import type { FieldTexts } from './auth016-fields.ts';

export function transaction(fields: FieldTexts): XmlPiece {
  return group(
    'Tx',
    leaf('TradDt', fields.must(28)),
    leaf('TradgCpcty', fields.must(29)),
    group('Qty', quantity(fields)),
    leaf('DerivNtnlChng', fields.text(32)),
    group('Pric', price(33, 34, fields)),
    leaf('NetAmt', fields.text(35)),
    leaf('TradVn', fields.must(36)),
    leaf('CtryOfBrnch', fields.text(37)),
    fields.text(38) === null ? '' : group('UpFrntPmt', ...amount(38, fields.must(39), fields)),
    leaf('TradPlcMtchgId', fields.text(3)),
    leaf('CmplxTradCmpntId', fields.text(40)),
  );
}

function quantity(fields: FieldTexts): XmlPiece {
  const kind = fields.kind(30);
  if (kind === 'UNIT') return leaf('Unit', fields.must(30));
  return leaf(kind === 'NOML' ? 'NmnlVal' : 'MntryVal', fields.must(30), { Ccy: fields.must(31) });
}

/** A price, or the word why there is none; also the strike price. */
export function price(number: number, currency: number, fields: FieldTexts): XmlPiece {
  const kind = fields.kind(number);
  switch (kind) {
    case 'PNDG':
    case 'NOAP':
      return group('NoPric', leaf('Pdg', kind), leaf('Ccy', fields.text(currency)));
    case 'PERC':
      return group('Pric', leaf('Pctg', fields.must(number)));
    case 'YIEL':
      return group('Pric', leaf('Yld', fields.must(number)));
    case 'BAPO':
      return group('Pric', leaf('BsisPts', fields.must(number)));
    default:
      return group('Pric', group('MntryVal', ...amount(number, fields.must(currency), fields)));
  }
}

/** The amount without its sign, and the sign where it is negative. */
function amount(number: number, currency: string, fields: FieldTexts): readonly XmlPiece[] {
  const text = fields.must(number);
  const isNegative = text.startsWith('-');
  return [leaf('Amt', isNegative ? text.slice(1) : text, { Ccy: currency }), leaf('Sgn', isNegative ? 'false' : null)];
}

export function indicators(fields: FieldTexts): XmlPiece {
  return group(
    'AddtlAttrbts',
    ...fields.words(61).map((word) => leaf('WvrInd', word)),
    leaf('ShrtSellgInd', fields.text(62)),
    ...fields.words(63).map((word) => leaf('OTCPstTradInd', word)),
    leaf('RskRdcgTx', fields.text(64)),
    leaf('SctiesFincgTxInd', fields.must(65)),
  );
}

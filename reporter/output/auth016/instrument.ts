/** The instrument (fields 41 to 56): its ISIN alone, or a description where a full name is given. */
import { group, leaf, type XmlPiece } from '../xml-text.ts';
import type { FieldTexts } from './auth016-fields.ts';
import { price } from './transaction.ts';

/** Names of reference rates that the message has a code for; others are written as a name. */
const RATE_CODES: readonly string[] =
  'WIBO TREA TIBO TLBO SWAP STBO PRBO PFAN NIBO MAAA MOSP LIBO LIBI JIBA ISDA GCFR FUSW EUCH EUUS EURI EONS EONA CIBO CDOR BUBO BBSW'.split(
    ' ',
  );

export function instrument(fields: FieldTexts): XmlPiece {
  if (fields.text(42) === null) return group('FinInstrm', leaf('Id', fields.must(41)));
  const general = group(
    'FinInstrmGnlAttrbts',
    leaf('Id', fields.text(41)),
    leaf('FullNm', fields.must(42)),
    leaf('ClssfctnTp', fields.must(43)),
    leaf('NtnlCcy', fields.text(44)),
  );
  return group('FinInstrm', group('Othr', general, group('DebtInstrmAttrbts', leaf('MtrtyDt', fields.text(54))), derivative(fields)));
}

function derivative(fields: FieldTexts): XmlPiece {
  const hasStrike = fields.text(51) !== null || ['PNDG', 'NOAP'].includes(fields.kind(51) ?? '');
  return group(
    'DerivInstrmAttrbts',
    leaf('XpryDt', fields.text(55)),
    leaf('PricMltplr', fields.must(46)),
    group('UndrlygInstrm', group('Othr', group('Sngl', underlying(fields)))),
    leaf('OptnTp', fields.text(50)),
    hasStrike ? group('StrkPric', price(51, 52, fields)) : '',
    leaf('OptnExrcStyle', fields.text(53)),
    leaf('DlvryTp', fields.must(56)),
    secondCurrency(fields),
  );
}

function underlying(fields: FieldTexts): XmlPiece {
  const name = fields.text(48);
  if (name === null) return leaf('ISIN', fields.must(47));
  const term = fields.text(49) === null ? '' : group('Term', leaf('Unit', fields.kind(49)), leaf('Val', fields.text(49)));
  const rate = group('RefRate', leaf(RATE_CODES.includes(name) ? 'Indx' : 'Nm', name));
  return group('Indx', leaf('ISIN', fields.text(47)), group('Nm', rate, term));
}

function secondCurrency(fields: FieldTexts): XmlPiece {
  const block = fields.kind(45) === 'FX' ? 'FX' : 'Intrst';
  return group('AsstClssSpcfcAttrbts', group(block, leaf('OthrNtnlCcy', fields.text(45))));
}

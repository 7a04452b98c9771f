/** Buyer and seller (fields 7 to 24), transmission (25 to 27), and the persons within the firm (57 to 60). */
import { group, leaf, type XmlPiece } from '../xml-text.ts';
import { MissingField, type FieldTexts } from './auth016-fields.ts';

/** Fields 7 to 15, or 16 to 24: `first` is 7 or 16. */
export function tradingParty(name: 'Buyr' | 'Sellr', first: number, fields: FieldTexts): XmlPiece {
  const owner = group('Id', partyIdentification(first, first + 2, fields));
  const maker = fields.text(first + 5) === null ? '' : partyIdentification(first + 5, first + 6, fields);
  return group(name, group('AcctOwnr', owner, leaf('CtryOfBrnch', fields.text(first + 1))), group('DcsnMakr', maker));
}

/** `names`: the first of the three fields first names, surname, date of birth. */
function partyIdentification(number: number, names: number, fields: FieldTexts): XmlPiece {
  const identifier = fields.must(number);
  const kind = fields.kind(number);
  switch (kind) {
    case 'LEI':
    case 'MIC':
      return leaf(kind, identifier);
    case 'INTC':
      return leaf('Intl', identifier);
    default:
      return group(
        'Prsn',
        leaf('FrstNm', fields.must(names)),
        leaf('Nm', fields.must(names + 1)),
        leaf('BirthDt', fields.must(names + 2)),
        personIdentifier(kind, identifier),
      );
  }
}

function personIdentifier(kind: string | null, identifier: string): XmlPiece {
  // CONCAT is no code of the scheme: it is written as a proprietary one.
  return group('Othr', leaf('Id', identifier), group('SchmeNm', leaf(kind === 'CONCAT' ? 'Prtry' : 'Cd', kind)));
}

export function transmission(fields: FieldTexts): XmlPiece {
  return group(
    'OrdrTrnsmssn',
    leaf('TrnsmssnInd', fields.must(25)),
    leaf('TrnsmttgBuyr', fields.text(26)),
    leaf('TrnsmttgSellr', fields.text(27)),
  );
}

export function decisionPerson(fields: FieldTexts): XmlPiece {
  return fields.text(57) === null ? '' : group('InvstmtDcsnPrsn', personWithin(57, fields));
}

export function executingPerson(fields: FieldTexts): XmlPiece {
  if (fields.text(59) === null) throw new MissingField(59);
  return group('ExctgPrsn', personWithin(59, fields));
}

/** The field behind it is the country of the branch. */
function personWithin(number: number, fields: FieldTexts): XmlPiece {
  const kind = fields.kind(number);
  const identifier = fields.must(number);
  if (kind === 'ALGO') return leaf('Algo', identifier);
  if (kind === 'NORE') return leaf('Clnt', identifier);
  return group('Prsn', leaf('CtryOfBrnch', fields.must(number + 1)), personIdentifier(kind, identifier));
}

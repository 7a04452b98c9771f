/** ISO 20022 auth.016.001.03, FinancialInstrumentReportingTransactionReport: one new transaction or one cancellation, in its business envelope. */
import { businessEnvelope } from '../business-envelope.ts';
import type { Output, ReportContent } from '../outputs.ts';
import { group, leaf, type XmlPiece } from '../xml-text.ts';
import { auth016Misfits, fieldTexts, MANDATORY, type FieldTexts } from './auth016-fields.ts';
import { instrument } from './instrument.ts';
import { decisionPerson, executingPerson, tradingParty, transmission } from './parties.ts';
import { indicators, transaction } from './transaction.ts';

const MESSAGE = 'auth.016.001.03';

export const AUTH016: Output = {
  contentType: 'application/xml',
  hasHeader: true,
  mandatory: MANDATORY,
  misfits: auth016Misfits,
  write: (content: ReportContent) => {
    const fields = fieldTexts(content.fields);
    const record = content.action === 'CANC' ? group('Cxl', ...names(fields, '')) : newTransaction(fields);
    return businessEnvelope(content, MESSAGE, group('FinInstrmRptgTxRpt', group('Tx', record)));
  },
};

function newTransaction(fields: FieldTexts): XmlPiece {
  return group(
    'New',
    ...names(fields, leaf('InvstmtPtyInd', fields.must(5))),
    tradingParty('Buyr', 7, fields),
    tradingParty('Sellr', 16, fields),
    transmission(fields),
    transaction(fields),
    instrument(fields),
    decisionPerson(fields),
    executingPerson(fields),
    indicators(fields),
  );
}

/** What names a transaction; `between` stands where the schema has it. */
function names(fields: FieldTexts, between: XmlPiece): readonly XmlPiece[] {
  return [leaf('TxId', fields.must(2)), leaf('ExctgPty', fields.must(4)), between, leaf('SubmitgPty', fields.must(6))];
}

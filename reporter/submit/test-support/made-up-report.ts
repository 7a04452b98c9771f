/** Reports for tests, written by hand, not by the code that writes those of the product. */
import { createHash } from 'node:crypto';
import type { ReportAction } from '../../regime/regime.ts';
import type { Submission } from '../submitter.ts';

export interface MadeUpReport {
  readonly trn: string;
  readonly action?: ReportAction;
  readonly lei?: string;
  readonly isin?: string;
  readonly form?: 'xml' | 'json';
  /** Makes other bytes of the same report. */
  readonly note?: string;
}

export const GOOD_LEI = '529900T8BM49AURSDO55';
export const GOOD_ISIN = 'DE0007164600';

export function madeUpReport({
  trn,
  action = 'NEWT',
  lei = GOOD_LEI,
  isin = GOOD_ISIN,
  form = 'xml',
  note = '',
}: MadeUpReport): Submission {
  const text =
    form === 'json'
      ? JSON.stringify({ trn, action, executing_entity_lei: lei, instrument_isin: isin, note })
      : xml(trn, action, lei, isin, note);
  const bytes = Buffer.from(text);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { destination: 'regulator', trn, action, bytes, sha256, contentType: form === 'xml' ? 'application/xml' : 'application/json' };
}

function xml(trn: string, action: ReportAction, lei: string, isin: string, note: string): string {
  const parties = `<TxId>${trn}</TxId><ExctgPty>${lei}</ExctgPty>`;
  const transaction =
    action === 'CANC'
      ? `<Cxl>${parties}<SubmitgPty>${lei}</SubmitgPty></Cxl>`
      : `<New>${parties}<InvstmtPtyInd>true</InvstmtPtyInd><SubmitgPty>${lei}</SubmitgPty><Tx><TradDt>2026-01-05T08:00:00.000001Z</TradDt></Tx><FinInstrm><Id>${isin}</Id></FinInstrm></New>`;
  return [
    `<?xml version="1.0" encoding="UTF-8"?><BizData xmlns="urn:iso:std:iso:20022:tech:xsd:head.003.001.01"><Hdr><AppHdr xmlns="urn:iso:std:iso:20022:tech:xsd:head.001.001.01"/></Hdr>`,
    `<Pyld><Document xmlns="urn:iso:std:iso:20022:tech:xsd:auth.016.001.03"><FinInstrmRptgTxRpt><Tx>${transaction}</Tx></FinInstrmRptgTxRpt></Document></Pyld></BizData><!--${note}-->`,
  ].join('');
}

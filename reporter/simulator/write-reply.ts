/** Replies of the simulated regulator: auth.031 to reports in XML, JSON to those in JSON. */
import type { Verdict } from './judge-report.ts';

export interface ReplyToWrite extends Verdict {
  readonly trn: string;
  readonly action: 'NEWT' | 'CANC';
  readonly form: 'xml' | 'json';
}

export interface WrittenReply {
  readonly contentType: 'application/xml' | 'application/json';
  readonly body: string;
}

export function writeReply(reply: ReplyToWrite, nowMs: number): WrittenReply {
  if (reply.form === 'xml') return { contentType: 'application/xml', body: statusAdvice([reply], nowMs) };
  const { trn, action, state, codes } = reply;
  return { contentType: 'application/json', body: JSON.stringify({ trn, action, state, codes }) };
}

/** What rules say that have a text. */
const TEXTS: Readonly<Record<string, string>> = {
  'CON-023': 'Transaction report with the same transaction reference number has already been sent',
  'CON-024': 'There is no accepted transaction report to be cancelled',
  'CON-411': 'Instrument reference data are awaited',
  'CON-412': 'Instrument is not in the reference data',
  'SIM-LEI': 'LEI with wrong check digits',
  'SIM-ISIN': 'ISIN with a wrong check digit',
};

/** One auth.031.001.01 in its envelope, a record for each reply. None of the texts can hold a character that XML treats apart. */
export function statusAdvice(replies: readonly ReplyToWrite[], nowMs: number): string {
  const created = `${new Date(nowMs).toISOString().slice(0, 19)}Z`;
  const name = replies
    .map(({ trn, action }) => `${trn}${action}`)
    .join('')
    .slice(0, 35);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<BizData xmlns="urn:iso:std:iso:20022:tech:xsd:head.003.001.01"><Hdr><AppHdr xmlns="urn:iso:std:iso:20022:tech:xsd:head.001.001.01">',
    `<Fr>${party('SIMULATEDREGULATOR')}</Fr><To>${party('SUBMITTER')}</To>`,
    `<BizMsgIdr>${name}</BizMsgIdr><MsgDefIdr>auth.031.001.01</MsgDefIdr><CreDt>${created}</CreDt></AppHdr></Hdr>`,
    '<Pyld><Document xmlns="urn:iso:std:iso:20022:tech:xsd:auth.031.001.01"><FinInstrmRptgStsAdvc><StsAdvc>',
    `<MsgRptIdr>${name}</MsgRptIdr><MsgSts><Sts>PART</Sts><MsgDt>${created.slice(0, 10)}</MsgDt></MsgSts>`,
    ...replies.map(record),
    '</StsAdvc></FinInstrmRptgStsAdvc></Document></Pyld></BizData>',
  ].join('');
}

function record({ trn, state, codes }: ReplyToWrite): string {
  const rules = codes.map((code) => `<VldtnRule><Id>${code}</Id><Desc>${TEXTS[code] ?? code}</Desc></VldtnRule>`);
  return `<RcrdSts><OrgnlRcrdId>${trn}</OrgnlRcrdId><Sts>${state}</Sts>${rules.join('')}</RcrdSts>`;
}

function party(id: string): string {
  return `<OrgId><Id><OrgId><Othr><Id>${id}</Id></Othr></OrgId></Id></OrgId>`;
}

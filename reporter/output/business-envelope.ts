/** The business envelope of ISO 20022: head.003 BizData with the header head.001 AppHdr and the message. */
import { createHash } from 'node:crypto';
import { printTimestamp } from '../../core/types/print-value.ts';
import { idempotencyKey } from '../regime/trn.ts';
import type { ReportContent } from './outputs.ts';
import { group, leaf, rootElement, type XmlPiece } from './xml-text.ts';

const ISO = 'urn:iso:std:iso:20022:tech:xsd:';

/**
 * CreDt is the time of the trade, not of the sending: the bytes are the same on every try, by every instance, and years later. BizMsgIdr holds 35 characters
 * at most, so it is a hash of the TRN and the action.
 */
export function businessEnvelope(content: ReportContent, message: string, document: XmlPiece): Buffer {
  const { header, trn, action, tradeTimeUs } = content;
  const identifier = createHash('sha256').update(idempotencyKey(trn, action), 'utf8').digest('hex').slice(0, 32).toUpperCase();
  const applicationHeader = rootElement(
    'AppHdr',
    `${ISO}head.001.001.01`,
    group('Fr', organisation(header?.from ?? '')),
    group('To', organisation(header?.to ?? '')),
    leaf('BizMsgIdr', identifier),
    leaf('MsgDefIdr', message),
    leaf('CreDt', `${printTimestamp(tradeTimeUs).slice(0, 19)}Z`),
  );
  const payload = rootElement('Document', `${ISO}${message}`, document);
  const envelope = rootElement('BizData', `${ISO}head.003.001.01`, group('Hdr', applicationHeader), group('Pyld', payload));
  return Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n${envelope}\n`, 'utf8');
}

function organisation(identifier: string): XmlPiece {
  return group('OrgId', group('Id', group('OrgId', group('Othr', leaf('Id', identifier)))));
}

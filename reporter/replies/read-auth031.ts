/**
 * ISO 20022 auth.031.001.01, FinancialInstrumentReportingStatusAdvice, alone or in its envelope: one reply for each record. A file that is rejected as a whole
 * names no record, so it has no reply here: whoever sent it asks for each report.
 */
import { parseXmlDocument } from '../../core/engine/records/xml/parse-xml-document.ts';
import { XmlFault, type XmlElement } from '../../core/engine/records/xml/xml-tree.ts';
import { isReference, isRuleCode, REPLY_LIMITS, type ReadReply } from './reply.ts';

const DOCUMENT = 'urn:iso:std:iso:20022:tech:xsd:auth.031.001.01';
/** BizData/Pyld/Document is the deepest; other senders have envelopes of their own. */
const ENVELOPE_DEPTH_MAX = 3;

/** Statuses of a record: ACPD and RJPD are those of a reply that was pending before, WARN is taken in, RCVD is not decided yet. */
const STATES: Readonly<Record<string, ReadReply['state']>> = {
  ACPT: 'ACPT',
  ACPD: 'ACPT',
  WARN: 'ACPT',
  RJCT: 'RJCT',
  RJPD: 'RJCT',
  PDNG: 'PDNG',
  RCVD: 'PDNG',
};

/** null where it is no such message, or says anything that cannot be read: then none of it is believed. */
export function readAuth031(bytes: Buffer): readonly ReadReply[] | null {
  if (bytes.length > REPLY_LIMITS.bytesMax) return null;
  try {
    const document = documentOf(parseXmlDocument(bytes));
    const records = document === null ? null : recordsOf(document);
    if (records === null || records.length > REPLY_LIMITS.repliesMax) return null;
    const replies = records.map(readRecord);
    return replies.every((reply) => reply !== null) ? replies : null;
  } catch (error) {
    if (error instanceof XmlFault) return null;
    throw error;
  }
}

/** The one document, whatever envelope is around it. */
function documentOf(root: XmlElement): XmlElement | null {
  const [first, second] = documentsBelow(root, ENVELOPE_DEPTH_MAX);
  return first !== undefined && second === undefined ? first : null;
}

function documentsBelow(element: XmlElement, depth: number): readonly XmlElement[] {
  if (element.local === 'Document') return element.namespace === DOCUMENT ? [element] : [];
  return depth === 1 ? [] : element.children.flatMap((child) => documentsBelow(child, depth - 1));
}

function recordsOf(document: XmlElement): readonly XmlElement[] | null {
  const advice = only(document, 'FinInstrmRptgStsAdvc');
  if (advice === null) return null;
  return children(advice, 'StsAdvc').flatMap((each) => children(each, 'RcrdSts'));
}

function readRecord(record: XmlElement): ReadReply | null {
  const trn = textOf(record, 'OrgnlRcrdId');
  const state = STATES[textOf(record, 'Sts') ?? ''];
  const rules = children(record, 'VldtnRule').map((rule) => textOf(rule, 'Id'));
  const codes = rules.filter(isRuleCode);
  const isWhole = isReference(trn) && state !== undefined && codes.length === rules.length && codes.length <= REPLY_LIMITS.codesMax;
  return isWhole ? { trn, action: null, state, codes } : null;
}

/** Those of the same namespace as the element around them. */
function children(element: XmlElement, name: string): readonly XmlElement[] {
  return element.children.filter(({ local, namespace }) => local === name && namespace === element.namespace);
}

function only(element: XmlElement, name: string): XmlElement | null {
  const [first, second] = children(element, name);
  return first !== undefined && second === undefined ? first : null;
}

function textOf(element: XmlElement, name: string): string | null {
  const found = only(element, name);
  return found === null || found.children.length > 0 ? null : (found.text?.trim() ?? null);
}

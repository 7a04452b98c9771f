/**
 * The simulator's own reading of a report: only what its rules look at, by another XML parser and other code than the one that wrote it, so that it is an
 * independent check.
 */
import { SaxesParser } from 'saxes';

export interface ReportContent {
  readonly trn: string;
  readonly action: 'NEWT' | 'CANC';
  readonly leis: readonly string[];
  /** The instrument itself first, then those below it. */
  readonly isins: readonly string[];
  /** The moment of the trade, milliseconds since the epoch; null where the report does not say. */
  readonly tradedMs: number | null;
  readonly form: 'xml' | 'json';
}

const DEPTH_MAX = 64;
const DOCUMENT = 'urn:iso:std:iso:20022:tech:xsd:auth.016.001.03';

/** null where it is no report that can be read: the file as a whole is refused. */
export function readReport(bytes: Buffer, contentType: string, action: 'NEWT' | 'CANC'): ReportContent | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return contentType === 'application/json' ? readJson(text, action) : readXml(text);
  } catch {
    // Not UTF-8, not well-formed, too deep: all of them are no report.
    return null;
  }
}

interface XmlLeaf {
  /** Local names from Tx on: New/FinInstrm/Id. */
  readonly path: string;
  readonly text: string;
}

function readXml(source: string): ReportContent | null {
  const leaves = leavesOf(source);
  const texts = (pattern: RegExp): string[] => leaves.filter(({ path }) => pattern.test(path)).map(({ text }) => text);
  const [trn, ...others] = texts(/^(New|Cxl)\/TxId$/);
  if (trn === undefined || others.length > 0) return null;
  const traded = texts(/^New\/Tx\/TradDt(\/|$)/)[0];
  return {
    trn,
    action: leaves.some(({ path }) => path.startsWith('Cxl/')) ? 'CANC' : 'NEWT',
    leis: [...texts(/^(New|Cxl)\/(ExctgPty|SubmitgPty)$/), ...texts(/\/LEI$/)],
    isins: [...texts(/^New\/FinInstrm\/Id$/), ...texts(/\/ISIN$/)],
    tradedMs: momentOf(traded),
    form: 'xml',
  };
}

/** Leaves below the one Tx of the one auth.016 document, whatever stands around it. */
function leavesOf(source: string): XmlLeaf[] {
  const parser = new SaxesParser({ xmlns: true });
  const names: string[] = [];
  const leaves: XmlLeaf[] = [];
  let text = '';
  let isLeaf = false;
  let transactions = 0;
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('doctype', () => {
    throw new Error('a document type');
  });
  parser.on('opentag', ({ local, uri }) => {
    names.push(uri === DOCUMENT ? local : `other:${local}`);
    if (names.length > DEPTH_MAX) throw new Error('too deep');
    if (names.slice(-3).join('/') === 'Document/FinInstrmRptgTxRpt/Tx') transactions += 1;
    text = '';
    isLeaf = true;
  });
  parser.on('text', (part) => (text += part));
  parser.on('cdata', (part) => (text += part));
  parser.on('closetag', () => {
    const start = names.indexOf('Tx', names.indexOf('FinInstrmRptgTxRpt'));
    if (isLeaf && names.includes('FinInstrmRptgTxRpt') && start !== -1) leaves.push({ path: names.slice(start + 1).join('/'), text });
    isLeaf = false;
    names.pop();
  });
  parser.write(source).close();
  if (transactions !== 1) throw new Error('not one transaction');
  return leaves;
}

function readJson(source: string, action: 'NEWT' | 'CANC'): ReportContent | null {
  const members = membersOf(JSON.parse(source), '', 0);
  const named = (pattern: RegExp): string[] =>
    members.flatMap(([name, value]) => (pattern.test(name) && typeof value === 'string' ? [value] : []));
  const [trn] = named(/^(trn|transaction_reference_number)$/);
  if (trn === undefined) return null;
  return {
    ...{ trn, action, form: 'json' },
    leis: named(/(^|_)lei$/),
    isins: named(/(^|_)isin$/),
    tradedMs: momentOf(named(/^(trade_time|trading_date_time|execution_time)$/)[0]),
  };
}

function membersOf(value: unknown, name: string, depth: number): (readonly [string, unknown])[] {
  if (depth > DEPTH_MAX) throw new Error('too deep');
  if (Array.isArray(value)) return value.flatMap((item) => membersOf(item, name, depth + 1));
  if (typeof value !== 'object' || value === null) return [[name, value]];
  return Object.entries(value).flatMap(([key, member]) => membersOf(member, key, depth + 1));
}

function momentOf(text: string | undefined): number | null {
  const moment = Date.parse(text ?? '');
  return Number.isNaN(moment) ? null : moment;
}

/** An entry as one line of the ledger and back. The chain is in it: each line holds the hash of the one before. */
import { hash } from 'node:crypto';
import { Type } from '@sinclair/typebox';
import { Ajv, type ValidateFunction } from 'ajv';
import { MarketsError } from '../errors/markets-error.ts';
import { canonicalJson } from '../events/canonical-json.ts';
import { LEDGER_DATA, type AnyEntry, type LedgerEntry, type LedgerKind } from './entry.ts';

/** Of one line: a message of 256 KiB in base64, and the rest. */
export const ENTRY_BYTES_MAX = 512 * 1024;

const CLOSED = { additionalProperties: false } as const;
const text = Type.String();
const idOrNull = Type.Union([Type.String({ minLength: 1, maxLength: 128 }), Type.Null()]);
const sha256 = Type.String({ pattern: '^[0-9a-f]{64}$' });
const ENVELOPE = Type.Object(
  {
    seq: Type.Integer({ minimum: 1 }),
    at: Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{6}Z$' }),
    instance: text,
    event_id: idOrNull,
    report_id: idOrNull,
    kind: Type.Union(Object.keys(LEDGER_DATA).map((kind) => Type.Literal(kind))),
    data: Type.Object({}),
    prev_hash: Type.Union([sha256, Type.Literal('')]),
    hash: sha256,
  },
  CLOSED,
);

const ajv = new Ajv({ strict: false });
const checks = new Map<LedgerKind | 'envelope', ValidateFunction>();

/** Compiled when it is needed first: a start pays for what it uses. */
function check(kind: LedgerKind | 'envelope'): ValidateFunction {
  const known = checks.get(kind);
  if (known !== undefined) return known;
  const compiled = ajv.compile(kind === 'envelope' ? ENVELOPE : LEDGER_DATA[kind]);
  checks.set(kind, compiled);
  return compiled;
}

export type UnhashedEntry<K extends LedgerKind = LedgerKind> = Omit<LedgerEntry<K>, 'hash'>;

export interface EntryLine {
  readonly hash: string;
  /** With its line end. */
  readonly line: string;
}

/** INTERNAL for data that are none of their kind, or too large. */
export function entryLine(entry: UnhashedEntry): EntryLine {
  const isData = check(entry.kind);
  if (!isData(entry.data)) throw notWritten(entry.kind, faultOf(isData));
  // The members in the order of RFC 8785, so that the data, which may be long, are written once.
  const head = `{"at":${canonicalJson(entry.at)},"data":${canonicalJson(entry.data)},"event_id":${canonicalJson(entry.event_id)}`;
  const tail =
    `"instance":${canonicalJson(entry.instance)},"kind":"${entry.kind}","prev_hash":"${entry.prev_hash}",` +
    `"report_id":${canonicalJson(entry.report_id)},"seq":${entry.seq}}`;
  const digest = hash('sha256', `${head},${tail}`, 'hex');
  const line = `${head},"hash":"${digest}",${tail}\n`;
  if (line.length > ENTRY_BYTES_MAX) throw notWritten(entry.kind, `${line.length} characters, at most ${ENTRY_BYTES_MAX}`);
  return { hash: digest, line };
}

/** The entry of a line without its line end; what is wrong with it as text where it is none. */
export function readEntryLine(line: string): AnyEntry | { readonly fault: string } {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { fault: 'no JSON' };
  }
  const isEnvelope = check('envelope');
  if (!isEnvelope(value)) return { fault: `no entry: ${faultOf(isEnvelope)}` };
  const entry = value as AnyEntry;
  const isData = check(entry.kind);
  if (!isData(entry.data)) return { fault: `no data of ${entry.kind}: ${faultOf(isData)}` };
  const written = entryLine(entry);
  if (written.hash !== entry.hash) return { fault: `other content than its hash says, ${entry.hash}` };
  // The same value in other bytes is not what was written.
  return written.line.slice(0, -1) === line ? entry : { fault: 'no canonical JSON' };
}

function faultOf({ errors }: ValidateFunction): string {
  const [error] = errors ?? [];
  return `${error?.instancePath ?? ''} ${error?.message ?? ''}`.trim();
}

function notWritten(kind: string, found: string): MarketsError {
  return new MarketsError('INTERNAL', `An entry of kind ${kind} cannot be written.`, {
    expected: 'data as reporter/ledger/entry.ts says',
    found,
  });
}

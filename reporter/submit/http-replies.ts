/** The feed of late replies: GET /replies?after=N gives those with a higher number, in order, as many as the regulator likes. */
import { Type, type Static } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { isBroken } from './regulator-calls.ts';
import { isDuplicate, outcomeOf, replyTo } from './reply-reader.ts';
import type { SubmitContext } from './submit-report.ts';
import type { LateReply, ReplyPage } from './submitter.ts';

const OPEN = { additionalProperties: true } as const;
const ENTRY = Type.Object(
  {
    n: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
    trn: Type.String({ minLength: 1, maxLength: 52 }),
    action: Type.Union([Type.Literal('NEWT'), Type.Literal('CANC')]),
    sha256: Type.Union([Type.Null(), Type.String({ pattern: '^[0-9a-f]{64}$' })]),
    content_type: Type.String(),
    /** The reply as it would have come, base64. */
    body: Type.String(),
  },
  OPEN,
);
const PAGE = Type.Object({ replies: Type.Array(ENTRY, { maxItems: 10_000 }), more: Type.Boolean() }, OPEN);
type Entry = Static<typeof ENTRY>;

const ACCEPT = { accept: 'application/json' } as const;

export async function httpReplies(context: SubmitContext, after: string | null): Promise<ReplyPage> {
  const { destination, observe, word } = context;
  const nothing: ReplyPage = { replies: [], unreadable: [], next: after, more: false };
  const url = destination.address('replies', { after: after ?? '0' });
  const called = await destination.call({ method: 'GET', url, headers: ACCEPT, body: null });
  if ('withheld' in called) return nothing;
  const { answer, latencyMs } = called;
  const page = isBroken(answer) || answer.status !== 200 ? null : readPage(answer.bytes);
  const reason = page !== null ? null : isBroken(answer) ? answer.reason : `http_${String(answer.status)}`;
  observe({ kind: 'call', destination: word, call: 'replies', result: page === null ? 'failed' : 'read', reason, latencyMs });
  return page === null ? nothing : readEntries(context, page, after);
}

/** null for what is no page: then the position stays where it is. */
function readPage(bytes: Buffer): Static<typeof PAGE> | null {
  try {
    const data: unknown = JSON.parse(bytes.toString('utf8'));
    return Value.Check(PAGE, data) ? data : null;
  } catch {
    return null;
  }
}

function readEntries(context: SubmitContext, page: Static<typeof PAGE>, after: string | null): ReplyPage {
  const position = Number(after ?? '0');
  const entries = page.replies.filter(({ n }) => n > position).toSorted((left, right) => left.n - right.n);
  const replies: LateReply[] = [];
  const unreadable: ReplyPage['unreadable'][number][] = [];
  for (const entry of entries) {
    const reply = readEntry(context, entry);
    if (typeof reply === 'string') unreadable.push({ place: `replies/${String(entry.n)}`, code: reply });
    else replies.push(reply);
  }
  const last = entries.at(-1);
  return { replies, unreadable, next: last === undefined ? after : String(last.n), more: page.more && last !== undefined };
}

function readEntry(
  { readReply, destination }: SubmitContext,
  { n, trn, action, sha256, content_type: contentType, body }: Entry,
): LateReply | string {
  const read = readReply(Buffer.from(body, 'base64'), contentType);
  const reply = read === null ? null : replyTo(read, trn, action);
  if (reply === null) return 'SUBMIT-UNREADABLE';
  if (isDuplicate(reply, destination.settings.duplicate_codes)) return 'SUBMIT-DUPLICATE';
  return { trn, action, outcome: outcomeOf(reply), submissionSha256: sha256, place: `replies/${String(n)}` };
}

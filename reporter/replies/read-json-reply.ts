/** A reply as JSON: {trn, action?, state, codes?}, or {replies: [these]}. Members that are not known are passed over. */
import { Type, type Static } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { isReference, isRuleCode, REPLY_LIMITS, type ReadReply } from './reply.ts';

const REPLY = Type.Object({
  trn: Type.String({ maxLength: REPLY_LIMITS.trnLengthMax }),
  action: Type.Optional(Type.Union([Type.Literal('NEWT'), Type.Literal('CANC'), Type.Null()])),
  state: Type.Union([Type.Literal('ACPT'), Type.Literal('RJCT'), Type.Literal('PDNG')]),
  codes: Type.Optional(Type.Array(Type.String({ maxLength: REPLY_LIMITS.codeLengthMax }), { maxItems: REPLY_LIMITS.codesMax })),
});
const REPLIES = Type.Object({ replies: Type.Array(REPLY, { maxItems: REPLY_LIMITS.repliesMax }) });

/** null where it is no such text, or says anything that cannot be read. */
export function readJsonReply(bytes: Buffer): readonly ReadReply[] | null {
  if (bytes.length > REPLY_LIMITS.bytesMax) return null;
  let data: unknown;
  try {
    data = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    // Not UTF-8 or no JSON: no reply.
    return null;
  }
  const written = Value.Check(REPLIES, data) ? data.replies : Value.Check(REPLY, data) ? [data] : null;
  const replies = written?.map(readOne) ?? null;
  return replies !== null && replies.every((reply) => reply !== null) ? replies : null;
}

function readOne({ trn, action, state, codes = [] }: Static<typeof REPLY>): ReadReply | null {
  return isReference(trn) && codes.every(isRuleCode) ? { trn, action: action ?? null, state, codes } : null;
}

/** How replies are read: the port that the room of replies (auth.031, JSON) is given by. */
import type { ReportAction } from '../regime/regime.ts';
import type { Answered } from './submitter.ts';

export interface ReadReply {
  readonly trn: string;
  /** null where the reply does not say: then the call, the entry of the feed or the name of the file does. */
  readonly action: ReportAction | null;
  readonly state: 'ACPT' | 'RJCT' | 'PDNG';
  readonly codes: readonly string[];
}

/** null where the bytes are no reply that can be read. Never throws for what they are. */
export type ReplyReader = (bytes: Buffer, contentType: string) => readonly ReadReply[] | null;

const STATES = { ACPT: 'accepted', RJCT: 'rejected', PDNG: 'pending' } as const;

export function outcomeOf({ state, codes }: Pick<ReadReply, 'state' | 'codes'>): Answered {
  return { state: STATES[state], codes };
}

/** A rejection that says of the reference that it is taken, and nothing of what it is taken by. */
export function isDuplicate({ state, codes }: Pick<ReadReply, 'state' | 'codes'>, duplicateCodes: readonly string[]): boolean {
  return state === 'RJCT' && codes.some((code) => duplicateCodes.includes(code));
}

/** The one reply of these that is of this report; null where there is none, or where they do not agree. */
export function replyTo(replies: readonly ReadReply[], trn: string, action: ReportAction): ReadReply | null {
  const own = replies.filter((reply) => reply.trn === trn && (reply.action === null || reply.action === action));
  const [first] = own;
  return first !== undefined && own.every(({ state }) => state === first.state) ? first : null;
}

/** What a reply says of one report. */
import type { ReportAction } from '../regime/regime.ts';

export interface ReadReply {
  readonly trn: string;
  /** null where the reply does not say. */
  readonly action: ReportAction | null;
  readonly state: 'ACPT' | 'RJCT' | 'PDNG';
  /** Codes of the regulator's rules, in the order of the reply. */
  readonly codes: readonly string[];
}

/** What no reply is allowed to exceed. */
export const REPLY_LIMITS = { bytesMax: 1024 * 1024, repliesMax: 10_000, codesMax: 100, trnLengthMax: 52, codeLengthMax: 70 } as const;

export function isReference(text: string | null | undefined): text is string {
  return typeof text === 'string' && /^[A-Z0-9]+$/.test(text) && text.length <= REPLY_LIMITS.trnLengthMax;
}

export function isRuleCode(text: string | null | undefined): text is string {
  return typeof text === 'string' && /^[A-Za-z0-9][\w.:-]*$/.test(text) && text.length <= REPLY_LIMITS.codeLengthMax;
}

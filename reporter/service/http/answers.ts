/** What the service says to who asks: JSON with a code, places and expectations, never values. */
import type { FastifyReply } from 'fastify';
import type { MessageFinding } from '../../event/event-reader.ts';
import { REFUSALS, type RefusalCode } from '../refusal.ts';

/** Findings in one answer; the rest is counted. */
const FINDINGS_TOLD_MAX = 50;

export interface Refusal {
  readonly code: RefusalCode;
  readonly findings?: readonly MessageFinding[];
  /** For who may ask again. */
  readonly retryAfterSeconds?: number;
}

/** The connection is closed where a body may still be on its way: nobody reads it. */
export async function refuse(reply: FastifyReply, { code, findings = [], retryAfterSeconds }: Refusal): Promise<void> {
  const status = REFUSALS[code];
  reply.code(status);
  if (status !== 422 && status !== 503) reply.header('connection', 'close');
  if (code === 'DRAINING') reply.header('connection', 'close');
  if (status === 401) reply.header('www-authenticate', 'Bearer');
  if (retryAfterSeconds !== undefined && status === 503) reply.header('retry-after', String(Math.ceil(retryAfterSeconds)));
  const told = findings
    .slice(0, FINDINGS_TOLD_MAX)
    .map(({ code: finding, column, rule, expected }) => ({ code: finding, column, rule, expected }));
  await reply.send({ error: { code, ...(findings.length > 0 && { finding_count: findings.length, findings: told }) } });
}

/** Who may call a route: looked at before the body is read. */
import type { FastifyReply, FastifyRequest, onRequestAsyncHookHandler } from 'fastify';
import { isMarketsError } from '../../../core/errors/markets-error.ts';
import type { Time } from '../../../core/time/time.ts';
import type { CallersConfig } from '../../config/reporter-config.ts';
import { refuse, type Refusal } from '../http/answers.ts';
import { RemoteSigningKeys } from '../oidc/signing-keys.ts';
import { createTokenCheck } from '../oidc/token-check.ts';

export interface Callers {
  /** Refuses the request, or remembers who made it. */
  readonly letIn: onRequestAsyncHookHandler;
  /** Who made a request that was let in. */
  of(request: FastifyRequest): string;
}

/** Where nobody has to say who they are. */
const ANYBODY = 'anybody';

export function createCallers(config: CallersConfig, time: Time, refused: (refusal: Refusal) => void): Callers {
  const known = new WeakMap<FastifyRequest, string>();
  const tokens = config.access === 'oidc' ? createTokenCheck(config, new RemoteSigningKeys(config.jwks_url, time), time) : null;
  const turnAway = async (reply: FastifyReply, refusal: Refusal): Promise<void> => {
    refused(refusal);
    await refuse(reply, refusal);
  };
  return {
    of: (request) => known.get(request) ?? ANYBODY,
    letIn: async (request, reply) => {
      if (tokens === null) return;
      try {
        const verdict = await tokens.check(request.headers.authorization);
        if ('caller' in verdict) known.set(request, verdict.caller);
        else await turnAway(reply, { code: verdict.refused });
      } catch (error) {
        if (!isMarketsError(error, 'REPORTER_KEYS_UNAVAILABLE')) throw error;
        await turnAway(reply, { code: 'KEYS_UNAVAILABLE', retryAfterSeconds: KEYS_RETRY_SECONDS });
      }
    },
  };
}

const KEYS_RETRY_SECONDS = 15;

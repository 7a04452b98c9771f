/** POST /admin/refresh-cache and POST /admin/replay: what an administrator may have done, under their own name. */
import { Type, type Static } from '@sinclair/typebox';
import { Ajv } from 'ajv';
import type { FastifyInstance } from 'fastify';
import { refuse, type Refusal } from '../http/answers.ts';
import { REPLAY_EVENTS_MAX, type ReportingPipeline } from '../reporting-pipeline.ts';
import type { Callers } from './callers.ts';

const REPLAY = Type.Object(
  {
    event_ids: Type.Array(Type.String({ pattern: '^[0-9a-f]{32}$' }), { minItems: 1, maxItems: REPLAY_EVENTS_MAX, uniqueItems: true }),
    why: Type.String({ minLength: 3, maxLength: 500 }),
  },
  { additionalProperties: false },
);
const isReplay = new Ajv({ strict: false }).compile<Static<typeof REPLAY>>(REPLAY);

export interface AdminRoutesParts {
  readonly pipeline: Pick<ReportingPipeline, 'refresh' | 'replay'>;
  readonly refused: (refusal: Refusal) => void;
}

export function addAdminRoutes(app: FastifyInstance, callers: Callers, { pipeline, refused }: AdminRoutesParts): void {
  app.post('/admin/refresh-cache', { onRequest: callers.letIn }, async (_request, reply) => {
    await reply.code(200).send({ refreshed: await pipeline.refresh() });
  });
  app.post('/admin/replay', { onRequest: callers.letIn }, async (request, reply) => {
    const body = Buffer.isBuffer(request.body) ? parsed(request.body) : null;
    if (!isReplay(body)) {
      refused({ code: 'REQUEST_MALFORMED' });
      await refuse(reply, { code: 'REQUEST_MALFORMED' });
      return;
    }
    const events = await pipeline.replay({ eventIds: body.event_ids, by: callers.of(request), why: body.why });
    await reply.code(200).send({ events: events.map(({ eventId, outcome }) => ({ event_id: eventId, outcome })) });
  });
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return null;
  }
}

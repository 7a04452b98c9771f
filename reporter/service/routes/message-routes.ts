/** POST /push (Pub/Sub) and POST /events (by hand, by a source itself, and for replays). An answer of success waits until the event is durable, for no more. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ArrivalWay } from '../../pipeline/arrival.ts';
import { refuse, type Refusal } from '../http/answers.ts';
import type { IncomingMessage, Received, Receiver } from '../receive.ts';
import type { Callers } from './callers.ts';
import { readPushEnvelope } from './push-envelope.ts';

export interface MessageRoutesParts {
  readonly receiver: Receiver;
  readonly isDraining: () => boolean;
  readonly retryAfterSeconds: number;
  readonly refused: (refusal: Refusal) => void;
}

type Answer = { readonly incoming: IncomingMessage } | { readonly refused: Refusal };
const MALFORMED: Answer = { refused: { code: 'REQUEST_MALFORMED' } };

export function addPushRoute(app: FastifyInstance, callers: Callers, parts: MessageRoutesParts): void {
  app.post('/push', { onRequest: callers.letIn }, async (request, reply) => {
    const received = await take(request, reply, parts, pushed);
    // 204 acknowledges the message; anything else has Pub/Sub send it again, and in the end to its dead-letter topic.
    if (received !== null) await reply.code(204).send();
  });
}

export function addEventsRoute(app: FastifyInstance, callers: Callers, parts: MessageRoutesParts): void {
  app.post('/events', { onRequest: callers.letIn }, async (request, reply) => {
    const received = await take(request, reply, parts, posted);
    if (received === null) return;
    if ('skipped' in received) await reply.code(202).send({ status: 'skipped' });
    else if ('event' in received) {
      const { eventId, tradeId, version, status } = received.event;
      const event = { event_id: eventId, trade_id: tradeId, version: String(version), trade_status: status };
      await reply.code(202).send({ status: 'received', ...event });
    }
  });
}

/** null where it was refused, and the answer was given. */
async function take(
  request: FastifyRequest,
  reply: FastifyReply,
  { receiver, isDraining, retryAfterSeconds, refused }: MessageRoutesParts,
  read: (request: FastifyRequest) => Answer,
): Promise<Exclude<Received, { refused: unknown }> | null> {
  const turnAway = async (refusal: Refusal): Promise<null> => {
    refused(refusal);
    await refuse(reply, { retryAfterSeconds, ...refusal });
    return null;
  };
  if (isDraining()) return await turnAway({ code: 'DRAINING' });
  const answer = read(request);
  if ('refused' in answer) return await turnAway(answer.refused);
  const received = await receiver.receive(answer.incoming);
  if (!('refused' in received)) return received;
  return await turnAway({ code: received.refused, findings: received.findings });
}

/** The source stands in the attribute `source`, or in the address of the subscription where messages have none. */
function pushed(request: FastifyRequest): Answer {
  const parameters = parametersOf(request, ['source']);
  const message = readPushEnvelope(bodyOf(request));
  if (parameters === null || message === null) return MALFORMED;
  const source = message.source ?? parameters['source'] ?? null;
  if (source === null || (parameters['source'] ?? source) !== source) return MALFORMED;
  return { incoming: { source, message: message.data, form: message.form, via: 'push' } };
}

function posted(request: FastifyRequest): Answer {
  const parameters = parametersOf(request, ['source', 'form', 'replay']);
  const { source, form = 'raw', replay = 'false' } = parameters ?? {};
  if (source === undefined || (form !== 'raw' && form !== 'record') || (replay !== 'true' && replay !== 'false')) return MALFORMED;
  const via: ArrivalWay = replay === 'true' ? 'replay' : 'events';
  return { incoming: { source, message: bodyOf(request), form, via } };
}

function bodyOf({ body }: FastifyRequest): Buffer {
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0);
}

/** Each at most once, and none that is not known: null otherwise. */
function parametersOf({ query }: FastifyRequest, known: readonly string[]): Readonly<Record<string, string>> | null {
  const entries = Object.entries(query as Readonly<Record<string, unknown>>);
  if (entries.some(([name, value]) => !known.includes(name) || typeof value !== 'string')) return null;
  return Object.fromEntries(entries) as Readonly<Record<string, string>>;
}

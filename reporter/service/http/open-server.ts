/**
 * The HTTP server with its limits: how long headers and bodies may take, how large and how many they may be, how many connections there are. What can be
 * read in two ways is refused before anything looks at it.
 */
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import type { Socket } from 'node:net';
import type { ReporterConfig } from '../../config/reporter-config.ts';
import { REFUSALS, type RefusalCode } from '../refusal.ts';
import { refuse } from './answers.ts';

export type ServiceLimits = ReporterConfig['service'];

/** How often connections are looked at that are too slow: what a limit may be exceeded by. */
const CHECK_MS = 500;
/** A header that says who asks or where a message ends may stand once. */
const ONCE = new Set(['authorization', 'content-length', 'content-type', 'content-encoding', 'transfer-encoding', 'host', 'expect']);
/** Room for the base64 form of the largest message and the attributes around it. */
const ENVELOPE_BYTES = 131_072;

export function bodyBytesMax({ message_bytes_max }: Pick<ServiceLimits, 'message_bytes_max'>): number {
  return Math.ceil((message_bytes_max * 4) / 3) + ENVELOPE_BYTES;
}

export interface ServerHooks {
  refused(code: RefusalCode): void;
  failed(error: unknown): void;
  /** `route` is a word of the service; 'other' for addresses that it does not have. */
  answered(route: string, status: number, milliseconds: number): void;
}

export function openServer(limits: ServiceLimits, hooks: ServerHooks): FastifyInstance {
  const app = Fastify({
    logger: false,
    bodyLimit: bodyBytesMax(limits),
    requestTimeout: limits.request_seconds * 1000,
    keepAliveTimeout: limits.keep_alive_seconds * 1000,
    maxRequestsPerSocket: limits.requests_per_connection_max,
    forceCloseConnections: 'idle',
    return503OnClosing: true,
    exposeHeadRoutes: false,
    requestIdHeader: false,
    trustProxy: false,
    http: {
      headersTimeout: Math.min(limits.header_seconds, limits.request_seconds) * 1000,
      connectionsCheckingInterval: CHECK_MS,
      maxHeaderSize: limits.header_bytes_max,
      insecureHTTPParser: false,
      // Looked at below, where it is counted.
      requireHostHeader: false,
      joinDuplicateHeaders: false,
    },
    clientErrorHandler: (error, socket) => turnAway(error.code, socket, hooks),
  });
  // One more than are allowed: Node drops what is above its limit in silence, and a request that is not read whole is not read.
  app.server.maxHeadersCount = limits.headers_max + 1;
  app.server.maxConnections = limits.connections_max;
  app.server.on('drop', () => hooks.refused('HTTP_CONNECTIONS'));
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.addHook('onRequest', async (request, reply) => {
    const code = headerFault(request, limits);
    if (code === null) return;
    hooks.refused(code);
    await refuse(reply, { code });
  });
  app.addHook('onResponse', (request, reply, done) => {
    hooks.answered(request.routeOptions.url ?? 'other', reply.statusCode, reply.elapsedTime);
    done();
  });
  app.setNotFoundHandler(async (_request, reply) => {
    hooks.refused('HTTP_ROUTE');
    await refuse(reply, { code: 'HTTP_ROUTE' });
  });
  app.setErrorHandler(async (error, _request, reply) => {
    const code = refusalOf(error);
    hooks.refused(code);
    if (code === 'INTERNAL') hooks.failed(error);
    await refuse(reply, { code });
  });
  return app;
}

/** Looked at as they came: Node's own view of headers keeps the first of two. */
function headerFault({ raw }: FastifyRequest, limits: ServiceLimits): RefusalCode | null {
  const names = raw.rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
  if (names.length > limits.headers_max) return 'HTTP_HEADERS';
  const once = names.filter((name) => ONCE.has(name));
  if (new Set(once).size !== once.length || !once.includes('host')) return 'HTTP_SYNTAX';
  if (once.includes('content-length') && once.includes('transfer-encoding')) return 'HTTP_SYNTAX';
  const encoding = raw.headers['content-encoding'];
  return encoding === undefined || encoding.toLowerCase() === 'identity' ? null : 'HTTP_ENCODING';
}

function refusalOf(error: unknown): RefusalCode {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return 'HTTP_BODY_TOO_LARGE';
  if (code === 'FST_ERR_CTP_INVALID_CONTENT_LENGTH' || code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE' || code === 'FST_ERR_BAD_URL')
    return 'HTTP_SYNTAX';
  return 'INTERNAL';
}

/** What never became a request: no HTTP, too slow, or headers that are too large. */
function turnAway(errorCode: string | undefined, socket: Socket, hooks: ServerHooks): void {
  if (errorCode === 'ECONNRESET' || socket.destroyed) return;
  const code = socketRefusal(errorCode);
  hooks.refused(code);
  hooks.answered('other', REFUSALS[code], 0);
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const body = JSON.stringify({ error: { code } });
  const head = `HTTP/1.1 ${String(REFUSALS[code])} Refused\r\nconnection: close\r\ncontent-type: application/json; charset=utf-8`;
  socket.end(`${head}\r\ncontent-length: ${String(body.length)}\r\n\r\n${body}`);
}

function socketRefusal(errorCode: string | undefined): RefusalCode {
  if (errorCode === 'ERR_HTTP_REQUEST_TIMEOUT') return 'HTTP_TIMEOUT';
  if (errorCode === 'HPE_HEADER_OVERFLOW') return 'HTTP_HEADERS';
  return errorCode === 'HPE_CHUNK_EXTENSIONS_OVERFLOW' ? 'HTTP_BODY_TOO_LARGE' : 'HTTP_SYNTAX';
}

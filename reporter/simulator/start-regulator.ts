/** The simulated regulator on its wires: HTTP or mutual TLS, with or without tokens, in one process. */
import type { Socket } from 'node:net';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { TLSSocket } from 'node:tls';
import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { NO_JOURNAL, openJournal } from './journal.ts';
import { createRegulator, type Reaction, type Regulator, type RegulatorRules } from './regulator.ts';
import { createTokenDesk, type TokenDesk, type TokenDeskOptions } from './token-desk.ts';

export interface RegulatorOptions extends Partial<RegulatorRules> {
  readonly host?: string;
  /** 0: a free one. */
  readonly port?: number;
  /** File that keeps the books over a restart. */
  readonly journal?: string | null;
  /** How late a delayed answer is. */
  readonly delayMs?: number;
  /** PEM. Clients have to show a certificate of this authority. */
  readonly tls?: { readonly key: string; readonly cert: string; readonly ca: string } | null;
  readonly oauth?: TokenDeskOptions | null;
  /** Milliseconds since the epoch. */
  readonly nowMs?: () => number;
}

export interface RunningRegulator {
  readonly url: string;
  readonly regulator: Regulator;
  close(): Promise<void>;
}

const REPORT_BYTES_MAX = 1024 * 1024;
const REQUEST_MS_MAX = 30_000;

const RULES: RegulatorRules = {
  ...{ seed: 1, faults: {}, lateMs: 0, reportWithinMs: null, retryAfterSeconds: 1, duplicatesAs: 'conflict' },
  instruments: { unknown: new Set(), pending: new Set() },
};

/** Resolves when it listens. Books without a journal are those of this process. */
export async function startRegulator(options: RegulatorOptions = {}): Promise<RunningRegulator> {
  const { host = '127.0.0.1', port = 0, tls = null, oauth = null, nowMs = Date.now, delayMs = 200 } = options;
  const journal = typeof options.journal === 'string' ? await openJournal(options.journal) : NO_JOURNAL;
  const regulator = createRegulator({ ...RULES, ...options }, nowMs, journal);
  const sockets = new Set<Socket>();
  const server = fastify({
    bodyLimit: REPORT_BYTES_MAX,
    exposeHeadRoutes: false,
    serverFactory: (handler) => {
      const limits = { requestTimeout: REQUEST_MS_MAX, keepAliveTimeout: 72_000 };
      const mutual = { requestCert: true, rejectUnauthorized: true };
      const raw = tls === null ? createHttpServer(limits, handler) : createTlsServer({ ...tls, ...limits, ...mutual }, handler);
      raw.on('connection', (socket: Socket) => {
        sockets.add(socket);
        socket.on('close', () => sockets.delete(socket));
      });
      return raw;
    },
  });
  takeAnyBody(server);
  if (oauth !== null) demandTokens(server, createTokenDesk(oauth), nowMs);
  addRoutes(server, regulator, delayMs);
  await server.listen({ host, port });
  const address = server.server.address();
  return {
    url: `${tls === null ? 'http' : 'https'}://${host}:${String(typeof address === 'object' ? address?.port : port)}`,
    regulator,
    async close() {
      const closed = server.close();
      // Those that are never answered would keep it open.
      for (const socket of sockets) socket.destroy();
      await closed;
      await journal.close();
    },
  };
}

function takeAnyBody(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
}

function demandTokens(server: FastifyInstance, desk: TokenDesk, nowMs: () => number): void {
  server.addHook('onRequest', async (request, reply) => {
    if (request.url === '/token' || desk.admits(request.headers.authorization, nowMs())) return;
    await reply.code(401).header('www-authenticate', 'Bearer').send({ code: 'SIM-TOKEN' });
  });
  server.post('/token', async (request, reply) => {
    const grant = desk.grant(request.headers.authorization, nowMs());
    return await reply.code(grant === null ? 401 : 200).send(grant ?? { error: 'invalid_client' });
  });
}

function addRoutes(server: FastifyInstance, regulator: Regulator, delayMs: number): void {
  server.post('/transactions', async (request, reply) => {
    const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const contentType = (request.headers['content-type'] ?? '').split(';', 1)[0] ?? '';
    const posted = {
      idempotencyKey: header(request, 'idempotency-key'),
      contentDigest: header(request, 'content-digest'),
      contentType,
      bytes,
    };
    return await react(await regulator.submitted(posted), reply, delayMs);
  });
  server.get<{ Params: { trn: string }; Querystring: { action?: string } }>('/transactions/:trn', async ({ params, query }, reply) => {
    return await react(await regulator.asked(params.trn, query.action ?? ''), reply, delayMs);
  });
  server.get<{ Querystring: { after?: string } }>('/replies', async ({ query }, reply) => {
    const after = /^\d{1,15}$/.test(query.after ?? '0') ? Number(query.after ?? '0') : Number.NaN;
    if (Number.isNaN(after)) return await reply.code(400).send({ code: 'SIM-AFTER' });
    return await react(await regulator.feed(after), reply, delayMs);
  });
  server.get('/books', async (_request, reply) => {
    const lines = regulator.books().map((entry) => `${JSON.stringify(entry)}\n`);
    return await reply.type('application/x-ndjson').send(lines.join(''));
  });
  server.get('/books/summary', () => regulator.summary());
}

async function react(reaction: Reaction, reply: FastifyReply, delayMs: number): Promise<FastifyReply> {
  if (!('answer' in reaction)) {
    reply.hijack();
    if (reaction.wire === 'reset') reset(reply.raw.socket);
    return reply;
  }
  if (reaction.wire === 'delayed') await new Promise((resolve) => setTimeout(resolve, delayMs));
  const { status, headers, body } = reaction.answer;
  return await reply.code(status).headers(headers).send(body);
}

/** A reset proper is TCP's; below TLS Node gives no access to it. */
function reset(socket: Socket | null): void {
  if (socket instanceof TLSSocket) socket.destroy();
  else socket?.resetAndDestroy();
}

function header({ headers }: FastifyRequest, name: string): string {
  const value = headers[name];
  return typeof value === 'string' ? value : '';
}

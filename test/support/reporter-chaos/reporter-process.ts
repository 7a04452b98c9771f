/**
 * A reporter in a process of its own, which a test can kill: node reporter-process.ts JSON. It says its port, takes lines of messages by POST, answers a word
 * for each, and says by GET how much is under way.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ChaosReporterOptions } from './chaos-options.ts';
import { openChaosReporter } from './chaos-parts.ts';
import { eventOfMessage } from './chaos-trades.ts';

const DRAIN_MS = 100_000;
const given = JSON.parse(process.argv[2] ?? '{}') as ChaosReporterOptions;
const reporter = await openChaosReporter(given, () => {
  // As a service does: another takes its place.
  process.kill(process.pid, 'SIGKILL');
});

async function take(request: IncomingMessage): Promise<readonly string[]> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const lines = Buffer.concat(chunks).toString('utf8').split('\n');
  return await Promise.all(
    lines.map(async (line) => {
      const message = Buffer.from(line);
      return await reporter.accept({ event: eventOfMessage(message), message, form: 'raw', via: 'events' });
    }),
  );
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method === 'POST') {
    response.end(JSON.stringify(await take(request)));
    return;
  }
  const state = reporter.pipeline.state();
  response.end(JSON.stringify({ ...state, nearest_due_at_us: null, memory: process.memoryUsage().rss }));
}

const server = createServer((request, response) => {
  answer(request, response).catch(() => response.destroy());
});
server.listen(0, '127.0.0.1', () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`));
process.once('SIGTERM', () => {
  server.close();
  server.closeIdleConnections();
  reporter.close(DRAIN_MS).then(
    () => server.closeAllConnections(),
    () => (process.exitCode = 2),
  );
});

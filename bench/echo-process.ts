/** A bare server of the HTTP library that the reporter has: it gives back what it was sent. Tells its parent the port. */
import Fastify from 'fastify';
import process from 'node:process';

const app = Fastify({ logger: false });
app.removeAllContentTypeParsers();
app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
app.post('/', async (request, reply) => await reply.code(202).type('application/json').send(request.body));
await app.listen({ host: '127.0.0.1', port: 0 });
const address = app.server.address();
process.send?.(typeof address === 'object' ? (address?.port ?? 0) : 0);

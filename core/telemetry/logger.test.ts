import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { collect } from '../ports/object-content.ts';
import { createLogger } from './logger.ts';

test('a line is one JSON object with a constant event name, and closing loses none', async () => {
  const stream = new PassThrough();
  const logger = createLogger({ level: 'info', stream });
  for (let i = 0; i < 100; i++) logger.log('info', 'file_delivered', { object: `f${i}` });
  logger.log('debug', 'not_shown');
  await logger.close();
  stream.end();
  const lines = (await collect(stream)).toString().trim().split('\n');
  expect(lines).toHaveLength(100);
  expect(JSON.parse(lines[99] ?? '')).toMatchObject({ level: 'info', message: 'file_delivered', object: 'f99' });
});

import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { collect } from '../ports/object-content.ts';
import { createLogger, type Logger, type LogLevel } from './logger.ts';

async function logged(level: LogLevel, write: (logger: Logger) => void): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const stream = new PassThrough();
  const logger = createLogger({ level, stream });
  write(logger);
  await logger.close();
  stream.end();
  const text = (await collect(stream)).toString();
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

test('a line is one JSON object with a constant event name, and closing loses none', async () => {
  const lines = await logged('info', (logger) => {
    for (let i = 0; i < 100; i++) logger.log('info', 'file_delivered', { object: `f${i}` });
    logger.log('debug', 'not_shown');
  });
  expect(lines).toHaveLength(100);
  expect(lines[99]).toMatchObject({ level: 'info', message: 'file_delivered', object: 'f99' });
});

test('a line has the fields by which Cloud Logging knows its severity, its time and its message', async () => {
  const lines = await logged('debug', (logger) => {
    for (const level of ['error', 'warn', 'info', 'debug'] as const) logger.log(level, 'said');
  });
  expect(lines.map(({ severity }) => severity)).toEqual(['ERROR', 'WARNING', 'INFO', 'DEBUG']);
  expect(lines.every(({ time }) => typeof time === 'string' && new Date(time).toISOString() === time)).toBe(true);
});

test('no field takes the place of the event, the level or the severity', async () => {
  const fields = { message: 'disk full', level: 'debug', severity: 'DEFAULT', code: 'STORE_UNAVAILABLE' };
  const [line] = await logged('info', (logger) => logger.log('error', 'run_failed', fields));
  expect(line).toMatchObject({ message: 'run_failed', detail: 'disk full', level: 'error', severity: 'ERROR', code: 'STORE_UNAVAILABLE' });
});

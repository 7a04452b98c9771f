import { expect, test } from 'vitest';
import { SILENT } from '../../core/telemetry/logger.ts';
import { serveProbes } from '../telemetry/serve-probes.ts';
import { bridgeProbes } from './bridge-probes.ts';
import { SourceStatus } from './source-status.ts';

function reading(source: string): SourceStatus {
  const status = new SourceStatus(source);
  status.state = 'reading';
  status.delivery = { inFlight: 3, inFlightBytes: 900, rejectingSince: null };
  return status;
}

async function served(statuses: readonly SourceStatus[], nowMs: number, path: string): Promise<readonly [status: number, text: string]> {
  const time = { nowMs: () => 0, monotonicMs: () => nowMs, wait: async () => await Promise.resolve() };
  const server = await serveProbes(bridgeProbes(statuses, time), { host: '127.0.0.1', port: 0 }, SILENT);
  try {
    const answer = await fetch(`http://127.0.0.1:${server.port}${path}`);
    return [answer.status, await answer.text()];
  } finally {
    await server.close();
  }
}

test('the figures are those of the sources at the moment of asking', async () => {
  const status = reading('trades');
  Object.assign(status, { read: 12, published: 8, lastTimestampMs: 1500 });
  status.deadLettered.set('TYPE_MISMATCH', 2);
  status.lag.set(4, { messages: 70, seconds: 1.5 });
  status.latency.add(3);
  status.latency.add(700_000);
  const [code, text] = await served([status], 0, '/metrics');
  expect(code).toBe(200);
  for (const line of [
    'markets_stream_read_total{source="trades"} 12',
    'markets_stream_published_total{source="trades"} 8',
    'markets_stream_dead_lettered_total{source="trades",code="TYPE_MISMATCH"} 2',
    'markets_stream_lag_messages{source="trades",partition="4"} 70',
    'markets_stream_lag_seconds{source="trades",partition="4"} 1.5',
    'markets_stream_in_flight{source="trades"} 3',
    'markets_stream_up{source="trades"} 1',
    'markets_stream_last_message_timestamp_seconds{source="trades"} 1.5',
    '# TYPE markets_stream_publish_seconds histogram',
    'markets_stream_publish_seconds_bucket{source="trades",le="0.0025"} 0',
    'markets_stream_publish_seconds_bucket{source="trades",le="0.005"} 1',
    'markets_stream_publish_seconds_bucket{source="trades",le="+Inf"} 2',
    'markets_stream_publish_seconds_count{source="trades"} 2',
  ]) {
    expect(text.split('\n')).toContain(line);
  }
});

test('a bridge is ready while every source is read and published', async () => {
  const [good, bad] = [reading('good'), reading('bad')];
  expect(await served([good, bad], 0, '/readyz')).toEqual([200, 'ok\n']);
  bad.delivery = { inFlight: 3, inFlightBytes: 900, rejectingSince: 1000 };
  expect(await served([good, bad], 30_000, '/readyz')).toEqual([200, 'ok\n']);
  expect(await served([good, bad], 32_000, '/readyz')).toEqual([503, 'bad: the bus rejects\n']);
  bad.state = 'failing';
  bad.failure = 'STREAM_TOPIC_MISSING';
  expect(await served([good, bad], 0, '/readyz')).toEqual([503, 'bad: failing STREAM_TOPIC_MISSING\n']);
});

test('it lives as long as one source can be read, and answers nothing else', async () => {
  const bad = reading('bad');
  bad.state = 'failed';
  bad.failure = 'SPEC_NOT_SUPPORTED';
  expect(await served([bad, reading('good')], 0, '/healthz')).toEqual([200, 'ok\n']);
  expect(await served([bad], 0, '/healthz')).toEqual([503, 'bad: SPEC_NOT_SUPPORTED\n']);
  expect((await served([bad], 0, '/other'))[0]).toBe(404);
});

test('a port that is taken costs the metrics, not the work', async () => {
  const probes = bridgeProbes([reading('trades')], { nowMs: () => 0, monotonicMs: () => 0, wait: async () => await Promise.resolve() });
  const first = await serveProbes(probes, { host: '127.0.0.1', port: 0 }, SILENT);
  const second = await serveProbes(probes, { host: '127.0.0.1', port: first.port ?? 0 }, SILENT);
  expect(second.port).toBeNull();
  await second.close();
  await first.close();
});

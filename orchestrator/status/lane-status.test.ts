import { expect, test } from 'vitest';
import { createMemoryObjectStore } from '../../core/adapters/memory-object-store.ts';
import { parseSpec } from '../../core/spec/parse-spec.ts';
import { MINIMAL_SPEC } from '../../core/spec/test-support/minimal-spec.ts';
import { STREAM_SPEC } from '../../core/spec/test-support/stream-spec.ts';
import { laneStatus } from './lane-status.ts';

test('a stream is no source whose files are waited for', async () => {
  const specs = [parseSpec(MINIMAL_SPEC, 'trading/murex_trades.yaml'), parseSpec(STREAM_SPEC, 'streaming/venue_quotes.yaml')].flatMap(
    (parsed) => ('spec' in parsed ? [parsed.spec] : []),
  );
  expect(specs).toHaveLength(2);
  const status = await laneStatus({ store: createMemoryObjectStore(), specs, wallClock: '2023-01-30T06:00:00.000000Z' });
  expect(status.sources.map(({ source }) => source)).toEqual(['murex_trades']);
});

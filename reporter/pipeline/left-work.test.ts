/** What a process leaves to others, and what these write of it. */
import { expect, it } from 'vitest';
import { arrivalOf, PipelineBench } from './test-support/pipeline-bench.ts';

it('a report that is taken on and long in doubt is told of once by whoever took it on', async () => {
  const bench = new PipelineBench();
  bench.regulator.script = () => 'silent';
  const first = bench.open('a');
  await first.pipeline.accept(arrivalOf());
  await bench.time.until(() => first.pipeline.state().waiting.ambiguous === 1);
  first.kill();
  const second = bench.open('b');
  const kindsOf = (name: string): readonly string[] =>
    bench.entries.filter(({ instance }) => instance === name).map(({ entry }) => entry.kind);
  await bench.time.until(() => kindsOf('b').includes('claimed') && second.pipeline.state().waiting.ambiguous === 1);
  const began = bench.time.nowMs();
  await bench.time.until(() => bench.time.nowMs() > began + 600_000);
  expect(kindsOf('b')).toEqual(['adopted', 'enriched', 'validated', 'claimed']);
  bench.regulator.script = () => 'accept';
  await bench.time.until(() => bench.unfinished().length === 0);
  expect(kindsOf('b')).toEqual(['adopted', 'enriched', 'validated', 'claimed', 'acknowledged', 'finished']);
  expect(bench.regulator.sent).toHaveLength(1);
});

it('an event is not finished while one of its contents is left to others, though another one ends', async () => {
  const bench = new PipelineBench();
  const instance = bench.open('a');
  const { promise, resolve: open } = Promise.withResolvers<undefined>();
  bench.regulator.gate = promise;
  await instance.pipeline.accept(arrivalOf({ counterparty: 'C9' }));
  await bench.time.until(() => instance.pipeline.state().waiting.parked === 1);
  await instance.pipeline.accept(arrivalOf());
  await bench.time.until(() => bench.kinds().includes('claimed'));
  let isDrained = false;
  void instance.pipeline.drain(20_000).then(() => (isDrained = true));
  await bench.time.until(() => instance.pipeline.state().waiting.parked === 0);
  open(undefined);
  await bench.time.until(() => isDrained);
  expect([bench.kinds().includes('acknowledged'), bench.kinds().includes('finished')]).toEqual([true, false]);
});

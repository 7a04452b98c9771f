import { afterEach, describe, expect, it } from 'vitest';
import { startRegulator, type RegulatorOptions, type RunningRegulator } from '../simulator/start-regulator.ts';
import { madeUpReport } from './test-support/made-up-report.ts';
import { madeUpTime } from './test-support/made-up-time.ts';
import { openTestSubmitter, type TestSubmitter, type TestSubmitterOptions } from './test-support/open-test-submitter.ts';

const opened: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const one of opened.splice(0).toReversed()) await one.close();
});

interface Pair extends TestSubmitter {
  readonly running: RunningRegulator;
}

async function openPair(regulator: RegulatorOptions = {}, settings: TestSubmitterOptions['settings'] = {}): Promise<Pair> {
  const time = madeUpTime();
  const running = await startRegulator({ nowMs: () => time.nowMs(), ...regulator });
  opened.push(running);
  const test = await openTestSubmitter({ url: running.url, time, settings });
  opened.push(test.submitter);
  return { running, ...test };
}

describe('a report', () => {
  it('is accepted by the first try, told before and after it', async () => {
    const { submitter, running, told, tell } = await openPair();
    expect(await submitter.submit(madeUpReport({ trn: 'R22A1' }), tell)).toEqual({ state: 'accepted', codes: [] });
    expect(told).toEqual([
      [1, null],
      [1, { state: 'accepted', codes: [] }],
    ]);
    expect(running.regulator.books()).toMatchObject([{ trn: 'R22A1', action: 'NEWT', state: 'ACPT', acceptances: 1 }]);
  });

  it('goes on answering the same to the same bytes, and asks nothing', async () => {
    const { submitter, running, tell } = await openPair();
    await submitter.submit(madeUpReport({ trn: 'R22A1' }), tell);
    expect(await submitter.submit(madeUpReport({ trn: 'R22A1' }), tell)).toEqual({ state: 'accepted', codes: ['CON-023'] });
    expect(running.regulator.summary()).toMatchObject({ accepted: 1, duplicates: 1, questions: 0 });
  });
});

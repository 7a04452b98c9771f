import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rangesAsTexts } from '../../core/stream/offset-ranges.ts';
import { OffsetTracker } from './offset-tracker.ts';
import type { MessageFate, PendingMessage } from './pending-message.ts';

function pending(tracker: OffsetTracker, offset: number, fate: MessageFate): PendingMessage {
  return {
    tracker,
    offset: BigInt(offset),
    timestampMs: offset,
    sizeBytes: 1,
    readSeq: offset,
    readAtMs: 0,
    fate,
    codes: [],
    outgoing: null,
    isInDoubt: false,
    isDone: false,
  };
}

const FATES = fc.constantFrom<MessageFate>('published', 'dead_lettered', 'skipped');

test('nothing above the first message that is not done may be committed, in whatever order they are done', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 1, max: 3 }), FATES), { minLength: 1, maxLength: 40 }),
      fc.infiniteStream(fc.nat()),
      fc.integer({ min: 0, max: 10 }),
      (steps, picks, doubtful) => {
        const tracker = new OffsetTracker(0, { seq: 1, doubtful });
        let offset = 0;
        const messages = steps.map(([step, fate]) => pending(tracker, (offset += step), fate));
        for (const message of messages) tracker.add(message);
        const open = [...messages];
        const recorded: string[] = [];
        while (open.length > 0) {
          const [message] = open.splice((picks.next().value ?? 0) % open.length, 1);
          tracker.done(message as PendingMessage);
          const [first] = open.map((each) => each.offset).toSorted((a, b) => Number(a - b));
          const below = messages.filter((each) => first === undefined || each.offset < first);
          expect(tracker.position).toBe(below.length === 0 ? null : (below.at(-1)?.offset ?? 0n) + 1n);
          expect(tracker.uncommitted).toBe(messages.length);
          expect(tracker.committable).toBe(below.length);
          const runs = tracker.take();
          if (runs !== null) {
            for (const [low, high] of runs.read.ranges()) for (let each = low; each <= high; each += 1n) recorded.push(each.toString());
          }
        }
        expect(recorded).toEqual(messages.map((each) => each.offset.toString()));
        expect(messages.filter(({ isInDoubt }) => isInDoubt)).toHaveLength(Math.min(doubtful, messages.length));
      },
    ),
  );
});

test('what is recorded is committed, and no more', () => {
  const tracker = new OffsetTracker(0, { seq: 1, doubtful: 0 });
  const messages = [5, 6, 9].map((offset) => pending(tracker, offset, offset === 6 ? 'dead_lettered' : 'published'));
  for (const message of messages) tracker.add(message);
  messages.slice(0, 2).forEach((message) => tracker.done(message));
  const progress = tracker.progress;
  expect(progress).toEqual({ position: 7n, settled: 2 });
  expect(tracker.toCommit).toBeNull();
  tracker.recorded(progress!);
  tracker.done(messages[2]!);
  expect(tracker.toCommit).toEqual(progress);
  tracker.committed(progress!);
  expect(tracker.toCommit).toBeNull();
  expect([tracker.uncommitted, tracker.isDrained, tracker.isCommitted]).toEqual([1, true, false]);
  const runs = tracker.take();
  expect(rangesAsTexts(runs?.read.ranges() ?? [])).toEqual([
    ['5', '6'],
    ['9', '9'],
  ]);
  expect(rangesAsTexts(runs?.deadLettered.ranges() ?? [])).toEqual([['6', '6']]);
  expect(tracker.take()).toBeNull();
});

/** A clock of the service that a test moves: an object keeps the time at which it was written, whatever the clock says later. */
import type { WholeAnswer } from './gcs-upstream.ts';

export interface GcsTimes {
  /** The service is so far ahead of this machine from now on. */
  set(skewMs: number): void;
  /** The Date of an answer that is given now. */
  date(): string;
  /** The body of an answer with the times of its objects as the moved clock said them. `isWrite` where the answer's object was written by it. */
  body(answer: WholeAnswer, isWrite: boolean): Buffer;
}

export function createTimes(): GcsTimes {
  let nowMs = 0;
  /** generation -> how far the clock was ahead when it was written. */
  const written = new Map<string, number>();

  function shifted(_name: string, value: unknown): unknown {
    if (typeof value !== 'object' || value === null || !('generation' in value) || !('timeCreated' in value)) return value;
    const skewMs = written.get(String(value.generation)) ?? 0;
    return { ...value, timeCreated: new Date(Date.parse(String(value.timeCreated)) + skewMs).toISOString() };
  }

  return {
    set: (skewMs) => {
      nowMs = skewMs;
    },
    date: () => new Date(Date.now() + nowMs).toUTCString(),
    body(answer, isWrite) {
      if (answer.status !== 200 || answer.headers['content-type']?.startsWith('application/json') !== true) return answer.body;
      const text = answer.body.toString();
      if (isWrite && nowMs !== 0) {
        const generation = /"generation":\s*"(\d+)"/.exec(text)?.[1];
        if (generation !== undefined) written.set(generation, nowMs);
      }
      return written.size === 0 ? answer.body : Buffer.from(JSON.stringify(JSON.parse(text, shifted)));
    },
  };
}

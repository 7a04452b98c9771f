/** Takes the time of the steps of a cycle; a step that comes twice is one step. */
import type { CycleStep } from './cycle-result.ts';

export interface Stopwatch {
  /** `items` counts what the step did; a number that the work gives is its own count. */
  time<T>(step: string, work: () => Promise<T>, items?: (result: T) => number): Promise<T>;
  steps(): readonly CycleStep[];
}

export function createStopwatch(onStep: (step: CycleStep) => void = () => undefined): Stopwatch {
  const steps = new Map<string, CycleStep>();
  const add = (step: string, startedMs: number, items: number): void => {
    const duration_ms = Math.round(performance.now() - startedMs);
    const before = steps.get(step);
    steps.set(step, { step, duration_ms: duration_ms + (before?.duration_ms ?? 0), items: items + (before?.items ?? 0) });
    onStep({ step, duration_ms, items });
  };
  return {
    async time(step, work, items) {
      const startedMs = performance.now();
      let counted = 0;
      try {
        const result = await work();
        counted = items?.(result) ?? (typeof result === 'number' ? result : 0);
        return result;
      } finally {
        add(step, startedMs, counted);
      }
    },
    steps: () => [...steps.values()],
  };
}

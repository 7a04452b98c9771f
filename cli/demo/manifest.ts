/** The truth of the demo week as plain data: per file what was put into it and what the lane has to make of it. */
import { createHash } from 'node:crypto';
import type { Truth } from './files/delivery.ts';
import type { DemoWeek } from './week.ts';

export interface DemoManifest {
  readonly seed: number;
  readonly cycles: readonly {
    readonly now: string;
    readonly title: string;
    readonly files: readonly {
      readonly object: string;
      readonly bytes: number;
      readonly sha256: string;
      readonly story: string;
      readonly truth: Truth;
    }[];
  }[];
}

export function demoManifest(week: DemoWeek): DemoManifest {
  return {
    seed: week.seed,
    cycles: week.cycles.map(({ now, title, deliveries }) => ({
      now,
      title,
      files: deliveries.map(({ object, bytes, story, truth }) => ({
        object,
        bytes: bytes.length,
        sha256: createHash('sha256').update(bytes).digest('hex'),
        story,
        truth,
      })),
    })),
  };
}

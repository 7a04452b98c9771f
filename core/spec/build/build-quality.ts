/** quality: what is looked at besides whether a record is good. */
import type { Quality } from '../source-spec.ts';
import type { Builder } from './builder.ts';

export function buildQuality({ document }: Builder): Quality {
  return {
    volume_anomaly: document.expectations?.volume_anomaly ?? document.quality?.volume_anomaly ?? null,
    gaps_ms: [],
    outliers: null,
    duplicates: null,
    crossed: null,
    positive: [],
    future_ms: null,
  };
}

/** Alerts of streams: what the warehouse found after its last build, and what bridges told last. One of a kind and source; it heals with its cause. */
import type { LaneState } from '../state/lane-state.ts';
import type { StreamState } from '../state/stream-state.ts';
import { addHours } from '../time/instant.ts';
import { alert, type WantedAlert } from './wanted-alert.ts';

/** The age of the newest message that is not done, from which on a bridge is behind. */
const LAG_MS_MAX = 300_000;
/** So long after the last record of a bridge a stream is silent. What stops for minutes is told by the bridge's own metrics. */
const SILENT_AFTER_HOURS = 24;

export interface StreamView {
  readonly state: LaneState;
  readonly now: string;
  readonly sources: ReadonlySet<string>;
}

export function* streamAlerts({ state, now, sources }: StreamView): Generator<WantedAlert> {
  for (const [source, stream] of state.streams) {
    if (!sources.has(source)) continue;
    yield* foundAlerts(source, stream);
    yield* readingAlerts(source, stream, now);
  }
}

function* foundAlerts(source: string, { checked }: StreamState): Generator<WantedAlert> {
  if (checked === null) return;
  for (const kind of ['sequence', 'loss'] as const) {
    const open = checked.open_gaps.filter((gap) => gap.kind === kind);
    const missing = open.reduce((sum, gap) => sum + gap.missing, 0);
    if (missing === 0) continue;
    const gaps = open.reduce((sum, gap) => sum + gap.gaps, 0);
    const isLarge = open.some(({ severity }) => severity === 'HIGH' || severity === 'CRITICAL');
    if (kind === 'loss') {
      yield alert('stream_loss', 'P1', { source }, `${missing} messages that the bridge read are not in the warehouse (${gaps} gaps).`);
    } else {
      yield alert('stream_gap', isLarge ? 'P2' : 'P3', { source }, `${missing} numbers of sequences have no message (${gaps} gaps).`);
    }
  }
  if (checked.drifting_candles > 0) {
    yield alert(
      'candle_drift',
      'P2',
      { source },
      `${checked.drifting_candles} candles differ by 0.5 % or more between live and stored trades.`,
    );
  }
}

function* readingAlerts(source: string, { lag, last_read_at }: StreamState, now: string): Generator<WantedAlert> {
  const most = Math.max(0, ...[...lag.values()].map(({ lag_ms }) => lag_ms ?? 0));
  if (most > LAG_MS_MAX) yield alert('stream_lag', 'P2', { source }, `The bridge is ${Math.round(most / 1000)} s behind.`);
  if (last_read_at !== null && now > addHours(last_read_at, SILENT_AFTER_HOURS)) {
    yield alert('stream_silent', 'P2', { source }, `No bridge has read a message since ${last_read_at}.`);
  }
}

/**
 * Stops calls to a destination that fails: closed while it works; open for a while when too many of the last calls failed; then half-open, one call at a time,
 * until enough succeeded (closed) or one failed (open again).
 */
import type { Destination } from './destination.ts';

export type BreakerState = 'closed' | 'open' | 'half_open';

export interface CircuitBreaker {
  state(): BreakerState;
  /** How long it keeps calls away; null where the next one may be made. */
  closedForMs(): number | null;
  /** What the call's end is told to, once; or the milliseconds after which it is worth asking again, where the call may not be made. */
  enter(): CallEnd | number;
}

/** `null` where the call says nothing of the destination's health: it was never made. */
export type CallEnd = (succeeded: boolean | null) => void;

export interface BreakerOptions {
  readonly settings: Destination['breaker'];
  readonly monotonicMs: () => number;
  readonly changed: (from: BreakerState, to: BreakerState) => void;
}

/** While a probe is under way others ask again after this. */
const PROBE_UNDER_WAY_MS = 250;

export function createCircuitBreaker({ settings, monotonicMs, changed }: BreakerOptions): CircuitBreaker {
  const openMs = settings.open_seconds * 1000;
  let state: BreakerState = 'closed';
  // Calls that began in an earlier state say nothing new when they end.
  let epoch = 0;
  let results: boolean[] = [];
  let openedMs = 0;
  let probing = false;
  let probesGood = 0;

  const become = (next: BreakerState): void => {
    const before = state;
    state = next;
    epoch += 1;
    results = [];
    probing = false;
    probesGood = 0;
    if (next === 'open') openedMs = monotonicMs();
    changed(before, next);
  };

  function probed(succeeded: boolean | null): void {
    probing = false;
    if (succeeded === false) become('open');
    else if (succeeded === true && ++probesGood >= settings.probes) become('closed');
  }

  function counted(succeeded: boolean | null): void {
    if (succeeded === null) return;
    results.push(succeeded);
    if (results.length > settings.window_calls) results.shift();
    const failed = results.filter((good) => !good).length;
    if (results.length >= settings.calls_min && failed >= results.length * settings.failed_share) become('open');
  }

  function closedForMs(): number | null {
    if (state === 'half_open') return probing ? PROBE_UNDER_WAY_MS : null;
    const leftMs = state === 'open' ? openedMs + openMs - monotonicMs() : 0;
    return leftMs > 0 ? leftMs : null;
  }

  return {
    state: () => state,
    closedForMs,
    enter() {
      const waitMs = closedForMs();
      if (waitMs !== null) return waitMs;
      if (state === 'open') become('half_open');
      if (state === 'half_open') probing = true;
      const begun = epoch;
      return (succeeded) => {
        if (begun !== epoch) return;
        if (state === 'half_open') probed(succeeded);
        else counted(succeeded);
      };
    },
  };
}

/**
 * Tells the configured webhook about alerts that were opened and closed, at least once. A message that does not arrive is an event, is
 * tried again in the next cycles and given up after NOTICE_FAILURES_MAX of them; the lane goes on in any case.
 */
import { request } from 'undici';
import { isMarketsError } from '../../core/errors/markets-error.ts';
import type { AnyNewEvent } from '../run/journal.ts';
import type { Lane } from '../run/lane.ts';
import type { NoticeState } from '../state/lane-state.ts';

const ATTEMPTS_MAX = 3;
const NOTICE_FAILURES_MAX = 3;
/** A cycle after a long silence does not spend itself on telling. */
const NOTICES_A_CYCLE_MAX = 100;
const TIMEOUT_MS = 5_000;
const PAUSE_MS = 200;

/** An address that has to be asked for, since it is a secret, is asked for only where there is something to tell. */
export function webhookNotifier(address: string | (() => Promise<string>)): (lane: Lane) => Promise<void> {
  return async (lane) => {
    const due = [...lane.state.notices.values()].filter((notice) => notice.failures < NOTICE_FAILURES_MAX);
    if (due.length === 0) return;
    const url = await addressOrNone(lane, address);
    for (const notice of due.slice(0, NOTICES_A_CYCLE_MAX)) {
      const outcome = url === null ? UNSENT : await send(url, bodyOf(lane, notice), async (ms) => await lane.sleep(ms));
      const event: AnyNewEvent = {
        type: 'alert_notified',
        at: lane.clock.now(),
        data: { alert_id: notice.alert_id, about: notice.about, ...outcome },
      };
      await lane.journal.record([event]);
      if (outcome.status === 'failed') {
        lane.logger.log('warn', 'webhook_failed', { alert_id: notice.alert_id, http_status: outcome.http_status });
      }
    }
  };
}

/** A secret that cannot be read is a webhook that does not answer: the lane goes on. */
async function addressOrNone(lane: Lane, address: string | (() => Promise<string>)): Promise<string | null> {
  try {
    return typeof address === 'string' ? address : await address();
  } catch (error) {
    if (!isMarketsError(error)) throw error;
    lane.logger.log('error', 'webhook_address_unknown', { code: error.code });
    return null;
  }
}

interface Outcome {
  readonly status: 'delivered' | 'failed';
  readonly attempts: number;
  readonly http_status: number | null;
}

const UNSENT: Outcome = { status: 'failed', attempts: 1, http_status: null };

function bodyOf(lane: Lane, { alert_id, about, kind }: NoticeState): object {
  const alert = lane.state.alerts.get(alert_id);
  return { alert_id, about, kind, at: lane.clock.now(), source: alert?.source ?? null, ...alert?.data };
}

async function send(url: string, body: object, sleep: (ms: number) => Promise<void>): Promise<Outcome> {
  let status: number | null = null;
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
    if (attempt > 1) await sleep(PAUSE_MS * attempt);
    status = await post(url, body);
    if (status !== null && status >= 200 && status < 300) return { status: 'delivered', attempts: attempt, http_status: status };
    // The receiver does not want it, and will not want it in a second.
    if (status !== null && status >= 400 && status < 500 && status !== 429) {
      return { status: 'failed', attempts: attempt, http_status: status };
    }
  }
  return { status: 'failed', attempts: ATTEMPTS_MAX, http_status: status };
}

/** The status of the answer, or null where none came. */
async function post(url: string, body: object): Promise<number | null> {
  try {
    const answer = await request(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      headersTimeout: TIMEOUT_MS,
      bodyTimeout: TIMEOUT_MS,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await answer.body.dump();
    return answer.statusCode;
  } catch {
    // Unreachable, refused, too slow: for the caller all of them are no answer.
    return null;
  }
}

/** What the regulator says by itself: wakes the report that waits for it; what contradicts an end that stands is written down, and changes nothing. */
import type { PlacedStep, StepEnd } from '../ledger/trade-steps.ts';
import type { LateReply } from '../submit/submitter.ts';
import type { PipelineParts } from './pipeline-parts.ts';
import { ReportEntries } from './report-entries.ts';
import type { WaitingRoom } from './waiting-room.ts';

/** Pages of one destination at a time; the rest comes with the next look. */
const PAGES_MAX = 20;
const REMEMBERED_MAX = 10_000;
const STATES: Readonly<Record<string, StepEnd['state']>> = { accepted: 'accepted', rejected: 'rejected' };

export class LateReplies {
  /** Replies that belong to no report of ours, and contradictions, so far. */
  unmatched = 0;
  contradicted = 0;
  private readonly parts: PipelineParts;
  private readonly room: WaitingRoom;
  private readonly positions = new Map<string, string | null>();
  private readonly told = new Set<string>();

  constructor(parts: PipelineParts, room: WaitingRoom) {
    this.parts = parts;
    this.room = room;
  }

  /** Positions are kept in memory only: after a start everything is read again, which changes nothing. */
  async read(signal: AbortSignal): Promise<void> {
    for (const destination of new Set(this.parts.regimes.map(({ destination }) => destination))) {
      for (let pages = 0; pages < PAGES_MAX && !signal.aborted; pages += 1) {
        const page = await this.parts.submitter.replies(destination, this.positions.get(destination) ?? null);
        for (const reply of page.replies) await this.take(reply);
        this.positions.set(destination, page.next);
        if (!page.more) break;
      }
    }
  }

  /** A step that is open is not ended by what comes by itself: who waits for it wakes, and asks. */
  async take(reply: LateReply): Promise<void> {
    const place = this.placeOf(reply.trn);
    const steps = place === null ? [] : await this.parts.steps.read(place.tradeId, place.regime);
    const placed = steps.findLast(({ step }) => step.trn === reply.trn && step.action === reply.action);
    if (place === null || placed === undefined) {
      this.unmatched += 1;
      return;
    }
    if (placed.end === null) this.room.wakeLane(`${place.tradeId}/${place.regime}`);
    else await this.compare(placed, placed.end, reply);
  }

  private async compare({ step }: PlacedStep, end: StepEnd, { outcome, submissionSha256 }: LateReply): Promise<void> {
    const state = STATES[outcome.state];
    const isOfOthers = submissionSha256 !== null && submissionSha256 !== step.payload_sha256;
    if (state === undefined || isOfOthers || end.state === 'dead_lettered' || end.state === state) return;
    const said = `${step.report_id} ${step.seq} ${state}`;
    if (this.told.has(said)) return;
    if (this.told.size >= REMEMBERED_MAX) this.told.clear();
    this.told.add(said);
    this.contradicted += 1;
    const entries = new ReportEntries(this.parts.ledger, this.parts.time, step.event_id, step.report_id);
    await entries.write('contradicted', { step: step.seq, action: step.action, says: state, codes: [...outcome.codes] });
  }

  private placeOf(trn: string): { readonly tradeId: string; readonly regime: string } | null {
    for (const regime of this.parts.regimes) {
      if (!trn.startsWith(regime.shortCode)) continue;
      const [, tradeId] = /^([0-9A-F]{32})[0-9]+$/.exec(trn.slice(regime.shortCode.length)) ?? [];
      if (tradeId !== undefined) return { tradeId: tradeId.toLowerCase(), regime: regime.name };
    }
    return null;
  }
}

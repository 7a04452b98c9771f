/** Builds the bytes of a report and claims them as the next step of the trade: what they were made of is stored first, so that they can be made again. */
import { createHash } from 'node:crypto';
import { momentOf } from '../../core/time/time.ts';
import { printTimestamp } from '../../core/types/print-value.ts';
import type { TradeStep } from '../ledger/trade-steps.ts';
import { KeptReferences } from '../reference/kept-references.ts';
import type { ReferenceVersion, ReferenceView } from '../reference/reference-view.ts';
import { keepRegimes } from '../regime/kept-regimes.ts';
import type { BuiltReport, Regime, ReportFinding } from '../regime/regime.ts';
import { transactionReference } from '../regime/trn.ts';
import type { Next } from './decide.ts';
import type { PipelineParts } from './pipeline-parts.ts';
import type { ReportTask } from './report-task.ts';

type Claim = Extract<Next, { do: 'claim' }>;
export type Made = { readonly step: TradeStep } | { readonly findings: readonly ReportFinding[] };

export function usedVersions(view: ReferenceView): readonly ReferenceVersion[] {
  return Object.values(view).filter((version: ReferenceVersion | null) => version !== null);
}

const NO_PAYLOAD = createHash('sha256').digest('hex');

export class StepMaker {
  private readonly parts: PipelineParts;
  private readonly references: KeptReferences;
  private readonly keptTexts = new Set<string>();

  constructor(parts: PipelineParts) {
    this.parts = parts;
    this.references = new KeptReferences(parts.store);
  }

  /** A cancellation that makes room for a new report is not made where that report cannot be. */
  make(task: ReportTask, view: ReferenceView, claim: Claim, isReportable: boolean): Made {
    const { regime } = task;
    const trn = ownReference(task);
    const request = { event: task.event, reference: view };
    const report = isReportable ? regime.build({ ...request, action: 'NEWT', trn }) : null;
    if (report !== null && 'findings' in report) return report;
    if (claim.cancels === null && report !== null) return { step: this.stepOf(task, view, claim, trn, report.report) };
    const cancelled = claim.cancels?.step.trn ?? trn;
    const built = regime.build({ ...request, action: 'CANC', trn: cancelled });
    return 'findings' in built ? built : { step: this.stepOf(task, view, claim, cancelled, built.report) };
  }

  /** A step that sends nothing; see StepState. */
  mark(task: ReportTask, seq: number): TradeStep {
    const claim: Claim = { do: 'claim', seq, action: 'CANC', cancels: null };
    const nothing = { bytes: Buffer.alloc(0), sha256: NO_PAYLOAD, contentType: 'application/json' } as const;
    return this.stepOf(task, NOTHING_SEEN, claim, ownReference(task), nothing);
  }

  /** Stores the regime's text and the reference versions, then claims. false where somebody else has that place. Key: the names, which are hashes. */
  async claim(task: ReportTask, view: ReferenceView, step: TradeStep): Promise<boolean> {
    await Promise.all([this.keepText(task.regime), this.references.keep(usedVersions(view))]);
    return await this.parts.steps.claim(step);
  }

  private async keepText(regime: Regime): Promise<void> {
    if (this.keptTexts.has(regime.regimeVersion)) return;
    await keepRegimes(this.parts.store, [regime]);
    this.keptTexts.add(regime.regimeVersion);
  }

  private stepOf(task: ReportTask, view: ReferenceView, { seq, action }: Claim, trn: string, report: BuiltReport): TradeStep {
    const { event, regime } = task;
    return {
      trade_id: event.tradeId,
      regime: regime.name,
      seq,
      report_id: task.reportId,
      event_id: event.eventId,
      trade_version: String(event.version),
      content_sha256: task.contentSha256,
      action,
      trn,
      regime_version: regime.regimeVersion,
      references: usedVersions(view).map(({ kind, key, validFrom, hash }) => ({ kind, key, valid_from: validFrom, hash })),
      content_type: report.contentType,
      payload: report.bytes.toString('utf8'),
      payload_sha256: report.sha256,
      due_at: printTimestamp(task.dueAtUs),
      instance: this.parts.ledger.instance,
      at: momentOf(this.parts.time.nowMs()),
    };
  }
}

export const NOTHING_SEEN: ReferenceView = { counterparty: null, trader: null, instrument: null, book: null };

function ownReference({ event, regime }: ReportTask): string {
  return transactionReference(regime.shortCode, event.tradeId, event.version);
}

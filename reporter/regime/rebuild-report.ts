/** A report made again from what was kept: the event, the versions of reference data, the regime's text of then. */
import { createHash } from 'node:crypto';
import type { TradeEvent } from '../event/trade-event.ts';
import type { TradeStep } from '../ledger/trade-steps.ts';
import type { ReferenceView } from '../reference/reference-view.ts';
import type { KeptRegime } from './kept-regimes.ts';
import type { ReportFinding } from './regime.ts';

/** Of a stored step, what says which report it was. */
export type StepToRebuild = Pick<TradeStep, 'action' | 'trn' | 'regime_version' | 'payload_sha256'>;

export type Rebuilt =
  /** The same bytes as were sent. */
  | { readonly same: true; readonly bytes: Buffer }
  /** Others, or none: what is kept is not what the report was made of. */
  | { readonly same: false; readonly bytes: Buffer | null; readonly sha256: string | null; readonly findings: readonly ReportFinding[] };

/** Pure. `event` and `reference` are those of the step: its event_id and its references. */
export function rebuildReport(step: StepToRebuild, event: TradeEvent, reference: ReferenceView, regime: KeptRegime): Rebuilt {
  const built = regime.build({ event, reference, action: step.action, trn: step.trn });
  if ('findings' in built) return { same: false, bytes: null, sha256: null, findings: built.findings };
  const { bytes } = built.report;
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const isSame = sha256 === step.payload_sha256 && regime.regimeVersion === step.regime_version;
  return isSame ? { same: true, bytes } : { same: false, bytes, sha256, findings: [] };
}

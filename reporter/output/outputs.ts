/** The forms of what is sent: what each asks of a regime's fields, and how it is written. */
import type { Value } from '../../core/types/column-type.ts';
import type { PlannedField } from '../regime/regime-plan.ts';
import type { BuiltReport, ReportAction } from '../regime/regime.ts';
import type { OutputName } from '../regime/regime-model.ts';
import { AUTH016 } from './auth016/auth016-output.ts';
import { JSON_OUTPUT } from './json-output.ts';

/** A field with the value that it has in one report; judged already. */
export interface ReportField {
  readonly field: PlannedField;
  readonly value: Value;
  readonly kind: string | null;
}

export interface ReportContent {
  readonly regime: string;
  readonly action: ReportAction;
  readonly trn: string;
  /** Microseconds UTC. */
  readonly tradeTimeUs: bigint;
  readonly header: { readonly from: string; readonly to: string } | null;
  /** Those of the regime, in its order; in a cancellation only those that belong to one. */
  readonly fields: readonly ReportField[];
}

export interface Misfit {
  readonly number: string;
  readonly message: string;
  readonly expected: string;
}

export interface Output {
  readonly contentType: BuiltReport['contentType'];
  readonly hasHeader: boolean;
  /** Numbers without which there is no new report, whatever the regime says. */
  readonly mandatory: readonly string[];
  misfits(fields: readonly PlannedField[]): readonly Misfit[];
  /** A pure function: the same content gives the same bytes. */
  write(content: ReportContent): Buffer;
}

const OUTPUTS: Readonly<Record<OutputName, Output>> = { 'auth.016': AUTH016, json: JSON_OUTPUT };

export function outputOf(name: OutputName): Output {
  return OUTPUTS[name];
}

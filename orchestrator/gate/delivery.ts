/** A landing object with the spec that claims it, on its way through the lane. */
import type { ObjectInfo } from '../../core/ports/object-store.ts';
import type { SourceSpec } from '../../core/spec/source-spec.ts';

export const LANDING = 'landing/';

export interface Delivery {
  readonly spec: SourceSpec;
  /** Name below landing/. */
  readonly object: string;
  readonly info: ObjectInfo;
  readonly control: ObjectInfo | null;
}

export function belowLanding(info: ObjectInfo): string {
  return info.name.slice(LANDING.length);
}

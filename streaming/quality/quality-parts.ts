/** What the live checks are given from outside: ports, clocks, limits. */
import type { MessageLog } from '../../core/ports/message-log.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import type { SourceSpec } from '../../core/spec/source-spec.ts';
import type { Logger } from '../../core/telemetry/logger.ts';

export interface QualityLimits {
  /** Findings, state and position are committed this often where something came. */
  readonly commitMs: number;
  /** With so many findings that are not committed yet, at once. */
  readonly findingsMax: number;
}

export const QUALITY_LIMITS: QualityLimits = { commitMs: 10_000, findingsMax: 20_000 };

export interface QualityParts {
  readonly log: MessageLog;
  readonly store: ObjectStore;
  readonly spec: SourceSpec;
  readonly time: { nowMs(): number };
  readonly logger: Logger;
  readonly limits: QualityLimits;
  /** One a process start; see writerName. */
  readonly writer: string;
  /** The consumer group is `<group>-<source>`. */
  readonly group: string;
  /** A folder for files that are removed again. */
  readonly scratch: string;
}

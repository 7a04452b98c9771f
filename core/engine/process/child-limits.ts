/** What one validation may use; above it the process is killed and the file fails. */
export interface ChildLimits {
  /** Resident memory of the process. A heap limit does not bound the engine, whose memory is buffers. */
  readonly maxResidentBytes: number;
  readonly maxDurationMs: number;
}

export const CHILD_LIMITS: ChildLimits = {
  maxResidentBytes: 1024 * 1024 * 1024,
  maxDurationMs: 30 * 60 * 1000,
};

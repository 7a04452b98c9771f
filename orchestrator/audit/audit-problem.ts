/** One thing that is not as the events say. */
export interface AuditProblem {
  /** An event, a run, a load or an object below the root. */
  readonly where: string;
  readonly problem: string;
  readonly expected: string | null;
  readonly found: string | null;
}

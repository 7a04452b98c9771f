/** What verification found, by its place. Findings are counted without end and kept up to a limit. */
export interface LedgerFinding {
  /** Object, and the line in it where there are lines. */
  readonly place: string;
  readonly expected: string;
  readonly found: string;
}

export const FINDINGS_KEPT_MAX = 10_000;

export class Findings {
  readonly kept: LedgerFinding[] = [];
  count = 0;

  add(place: string, expected: string, found: string): void {
    this.count += 1;
    if (this.kept.length < FINDINGS_KEPT_MAX) this.kept.push({ place, expected, found });
  }
}

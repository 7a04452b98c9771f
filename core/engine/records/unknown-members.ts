/**
 * Members of a JSON record, or elements of an XML row, that the schema does not know: a finding each under freeze, kept
 * in _extra under evolve, dropped under discard.
 */
import type { SourceSpec } from '../../spec/source-spec.ts';
import { expectedFound, shownText } from '../findings/shown-text.ts';
import type { EngineLimits } from '../limits.ts';
import type { RecordFault } from '../values/raw-cells.ts';

export class UnknownMembers {
  readonly faults: RecordFault[] = [];
  private readonly drift: SourceSpec['schema_drift'];
  private readonly ignored: ReadonlySet<string | number>;
  private readonly limits: EngineLimits;
  private kept: string[] = [];

  constructor(spec: SourceSpec, limits: EngineLimits) {
    this.drift = spec.schema_drift;
    this.ignored = new Set(spec.source.csv.ignore_columns);
    this.limits = limits;
  }

  clear(): void {
    this.faults.length = 0;
    this.kept = [];
  }

  isIgnored(name: string): boolean {
    return this.ignored.has(name);
  }

  /** `json` is the member's value as JSON, null where its bytes are no text in the encoding. */
  add(name: string, json: string | null, expected: string): void {
    if (json === null) {
      this.addFault({
        code: 'ENCODING_INVALID',
        column: name,
        found: null,
        expected: 'text in the declared encoding',
        message: `${name} holds bytes that are not text in the declared encoding.`,
      });
    } else if (!this.ignored.has(name)) {
      this.addUnknown(name, json, expected);
    }
  }

  addFault(fault: RecordFault): void {
    if (this.faults.length < this.limits.maxUnknownMembers) {
      this.faults.push(fault);
    }
  }

  /** JSON object by dotted name; null when nothing is kept. */
  extra(): string | null {
    return this.kept.length === 0 ? null : `{${this.kept.join(',')}}`;
  }

  private addUnknown(name: string, json: string, expected: string): void {
    if (this.drift === 'evolve') {
      this.kept.push(`${JSON.stringify(name)}:${json}`);
    } else if (this.drift === 'freeze') {
      const message = expectedFound(shownText(name), expected, json);
      this.addFault({ code: 'FIELD_UNKNOWN', column: shownText(name), found: shownText(json), expected, message });
    }
  }
}

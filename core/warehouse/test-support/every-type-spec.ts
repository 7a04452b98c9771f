/** A source with a column of every type, and texts that SQL must quote. */
import { parseSpec } from '../../spec/parse-spec.ts';
import type { SourceSpec } from '../../spec/source-spec.ts';
import { minimalSpecWith } from '../../spec/test-support/minimal-spec.ts';

const COLUMNS = `schema:
  - {name: s, type: STRING, description: "It's a \\\\ back\\tslash, \`tick\` and {{ brace }}", classification: pii}
  - {name: i, type: INT64, unit: shares}
  - {name: numeric, type: NUMERIC}
  - {name: price, type: "NUMERIC(18,4)"}
  - {name: whole, type: "NUMERIC(38,0)"}
  - {name: bignumeric, type: BIGNUMERIC}
  - {name: fine, type: "BIGNUMERIC(20,20)"}
  - {name: f, type: FLOAT64}
  - {name: b, type: BOOL}
  - {name: d, type: DATE}
  - {name: h, type: TIME}
  - {name: u, type: DATETIME, precision: ns}
  - {name: z, type: TIMESTAMP}
  - {name: j, type: JSON}
  - {name: x, type: BYTES}
`;

export function everyTypeSpec(): SourceSpec {
  const parsed = parseSpec(minimalSpecWith('schema:\n', COLUMNS), 'murex_trades.yaml');
  if (!('spec' in parsed)) throw new Error(JSON.stringify(parsed.problems));
  return parsed.spec;
}

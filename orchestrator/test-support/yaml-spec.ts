/** A spec from YAML, as a run loads it. */
import { parseSpec } from '../../core/spec/parse-spec.ts';
import type { LoadedSpec } from '../run/lane.ts';

export const FILLS_YAML = `name: fills
description: Fills of a venue
owner: desk@example.com
domain: markets
source:
  path_pattern: fills/fills_{business_date:%Y%m%d}.csv
schema:
  - { name: fill_id, type: STRING, nullable: false, description: Number of the fill }
  - { name: quantity, type: INT64, description: How many }
  - { name: trader, type: STRING, description: Who, classification: pii }
canonical: { entity: none }
`;

export function yamlSpec(text: string): LoadedSpec {
  const name = /^name: (\S+)/m.exec(text)?.[1] ?? '';
  const parsed = parseSpec(text, `trading/${name}.yaml`);
  if ('problems' in parsed) throw new Error(parsed.problems.map((problem) => problem.message).join('\n'));
  return { spec: parsed.spec, text: Buffer.from(text) };
}

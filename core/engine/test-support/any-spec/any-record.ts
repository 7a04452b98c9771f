/** Records for any spec, before they are written: sample data, some of it with texts at the borders of the types. */
import { sampleRows } from '../../../sample-data/sample-rows.ts';
import type { Column, SourceSpec } from '../../../spec/source-spec.ts';
import type { SeededRandom } from '../oracle/seeded-random.ts';
import { EDGE_TEXTS } from './edge-texts.ts';

/** Texts by position in the schema, null for NULL, and the position of one whose bytes are to be broken. */
export interface AnyRecord {
  readonly texts: readonly (string | null)[];
  readonly undecodable: number | null;
}

/** Moment of the run as judgeBytes() has it: rows lie before it. */
export const NOW = '2023-01-30T06:00:00.000000Z';

const GOOD_ROWS = 25;
const EDGE_SHARE = 0.3;
const UNDECODABLE_SHARE = 0.04;
/** Of the edges: a column that has no value. */
const NULL_SHARE = 0.2;

export function anyRecords(spec: SourceSpec, random: SeededRandom, canBeUndecodable: boolean): readonly AnyRecord[] {
  const rows = sampleRows(spec, { seed: random.integer(0, 2 ** 31), goodRows: GOOD_ROWS, now: NOW });
  return rows
    .filter(({ damage }) => damage === 'none')
    .map(({ texts }) => {
      const changed = random.chance(EDGE_SHARE) ? atAnEdge(spec, texts, random) : texts;
      const strings = spec.schema.flatMap(({ type, mode }, place) => (type.kind === 'STRING' && mode !== 'REPEATED' ? [place] : []));
      const breaks = canBeUndecodable && strings.length > 0 && random.chance(UNDECODABLE_SHARE);
      return { texts: changed, undecodable: breaks ? random.pick(strings) : null };
    });
}

/** One or two columns get a text of their type's borders, or none. */
function atAnEdge(spec: SourceSpec, texts: readonly (string | null)[], random: SeededRandom): readonly (string | null)[] {
  const chosen = new Set(Array.from({ length: random.integer(1, 2) }, () => random.integer(0, spec.schema.length - 1)));
  return texts.map((text, place) => {
    const column = spec.schema[place];
    if (column === undefined || !chosen.has(place)) return text;
    return random.chance(NULL_SHARE) ? null : edgeText(column, spec, random);
  });
}

function edgeText({ type }: Column, { source }: SourceSpec, random: SeededRandom): string {
  const text = random.pick(EDGE_TEXTS[type.kind]);
  // Every encoding of a spec has the letter é; only some have more than their 256 characters.
  return source.encoding.startsWith('utf') && type.kind === 'STRING' && random.chance(0.2) ? `${text} 😀 ﬁ` : text;
}

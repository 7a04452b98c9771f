/** What is wrong with specs together: two sources of one name, or two that claim one file. */
import { parsePathPattern, type PatternPart } from './path-pattern.ts';
import { overlapWitness } from './pattern-overlap.ts';
import { problemOfSpec, type PlacedSpec } from './placed-spec.ts';
import type { SpecProblem } from './spec-problem.ts';

/** `placed` in the order of names. */
export function fileClashes(placed: readonly PlacedSpec[]): readonly SpecProblem[] {
  return [...sameNames(placed), ...overlaps(placed)];
}

function sameNames(placed: readonly PlacedSpec[]): readonly SpecProblem[] {
  return placed.flatMap((each, index) => {
    const earlier = placed[index - 1]?.spec;
    const { name } = each.spec;
    return earlier?.name === name
      ? [problemOfSpec(each, ['name'], `Two files are the source ${name}.`, 'a name of its own', earlier.spec_file)]
      : [];
  });
}

/** Two enabled specs whose patterns can match one name, with a shortest such name. A stream has no pattern. */
function overlaps(placed: readonly PlacedSpec[]): readonly SpecProblem[] {
  const patterns = placed.flatMap((each) => {
    const { path_pattern: pattern } = each.spec.source;
    return each.spec.enabled && pattern !== null ? [{ each, text: pattern.text, parts: partsOf(pattern.text) }] : [];
  });
  return patterns.flatMap(({ each, text, parts }, index) =>
    patterns.slice(0, index).flatMap((earlier) => {
      const witness = overlapWitness(earlier.parts, parts);
      if (witness === undefined) {
        return [];
      }
      const message = `One name can match two sources: ${witness} is matched by ${earlier.each.spec.name} too.`;
      return [problemOfSpec(each, ['source', 'path_pattern'], message, `a pattern apart from ${earlier.text}`, text)];
    }),
  );
}

function partsOf(text: string): readonly PatternPart[] {
  const parsed = parsePathPattern(text);
  return parsed.ok ? parsed.parts : [];
}

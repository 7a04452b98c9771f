/** `markets validate-specs`: every source spec checked, with its rules, its examples and its neighbours. */
import { MarketsError } from '../../core/errors/markets-error.ts';
import { loadSpecs } from '../../core/spec/load-specs.ts';
import { runInlineTests, type InlineTestResult } from '../../core/spec/run-inline-tests.ts';
import type { Quality, SourceSpec } from '../../core/spec/source-spec.ts';
import { problemText, type SpecProblem } from '../../core/spec/spec-problem.ts';
import { nearestWord } from '../../core/types/nearest-word.ts';
import type { Command } from '../framework/command.ts';

interface CheckedSpec {
  readonly name: string;
  readonly file: string;
  readonly enabled: boolean;
  readonly columns: number;
  readonly rules: number;
  readonly entity: string;
  /** Where its messages come from; null for a source of files alone. */
  readonly kafka_topic: string | null;
  /** Checks of its quality block, by key. */
  readonly quality: readonly string[];
  readonly tests: readonly InlineTestResult[];
}

export const command: Command = {
  name: 'validate-specs',
  summary: 'Check every source spec: its keys, its rules’ types, its examples, overlaps of path patterns',
  description:
    'Checks all specs below --specs, or only those named. Every problem is shown with file, line and column. ' +
    'Exit status 0: all good; 64: a spec is wrong.',
  arguments: [{ name: 'name', description: 'source to check (default: all)', required: false, variadic: true }],
  options: [],
  examples: [
    { line: 'markets validate-specs', says: 'check all specs' },
    { line: 'markets validate-specs murex_trades', says: 'check one' },
    { line: 'markets validate-specs --json', says: 'the same for a program' },
  ],
  run: async ({ input, settings, now }) => {
    const names = input.list('name');
    const { specs, problems } = await loadSpecs(settings.specs);
    if (specs.length + problems.length === 0) {
      throw new MarketsError('SPEC_NOT_FOUND', 'The folder of specs holds none.', {
        expected: 'a YAML file for each source',
        found: settings.specs,
        next: 'Name another folder with --specs.',
      });
    }
    const wanted = (name: string): boolean => names.length === 0 || names.includes(name);
    requireNames(names, specs, problems);
    const shownProblems = problems.filter(({ file }) => wanted(sourceName(file)));
    const moment = now();
    const checked = specs.filter(({ name }) => wanted(name)).map((spec) => checkSpec(spec, moment));
    const isGood = shownProblems.length === 0 && checked.every(({ tests }) => tests.every(({ passed }) => passed));
    return {
      exitCode: isGood ? 0 : 64,
      data: { specs: checked, problems: shownProblems },
      errors: shownProblems.map((problem) => ({ code: problem.unsupported ? 'SPEC_NOT_SUPPORTED' : 'SPEC_INVALID', ...problem })),
      render: () => render(checked, shownProblems),
    };
  },
};

function sourceName(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1).replace(/\.ya?ml$/, '');
}

function requireNames(names: readonly string[], specs: readonly SourceSpec[], problems: readonly SpecProblem[]): void {
  const known = [...specs.map(({ name }) => name), ...problems.map(({ file }) => sourceName(file))];
  for (const name of names) {
    if (!known.includes(name)) {
      const nearest = nearestWord(name, known);
      throw new MarketsError('SPEC_NOT_FOUND', `There is no source ${name}.`, {
        expected: nearest === undefined ? known.join(', ') : `perhaps ${nearest}`,
        found: name,
      });
    }
  }
}

function checkSpec(spec: SourceSpec, now: string): CheckedSpec {
  return {
    name: spec.name,
    file: spec.spec_file,
    enabled: spec.enabled,
    columns: spec.schema.length,
    rules: spec.validation.row_level.length + spec.validation.file_level.length,
    entity: spec.canonical.entity,
    kafka_topic: spec.stream?.kafka_topic ?? null,
    quality: qualityChecks(spec.quality),
    tests: runInlineTests(spec, now),
  };
}

function qualityChecks({ gaps_ms, outliers, duplicates, crossed, positive, future_ms, volume_anomaly }: Quality): readonly string[] {
  const checks = {
    gaps: gaps_ms.length > 0,
    outliers: outliers !== null,
    duplicates: duplicates !== null,
    crossed: crossed !== null,
    positive: positive.length > 0,
    future: future_ms !== null,
    volume_anomaly: volume_anomaly !== null,
  };
  return Object.entries(checks).flatMap(([name, isThere]) => (isThere ? [name] : []));
}

function render(specs: readonly CheckedSpec[], problems: readonly SpecProblem[]): string {
  const lines = specs.map(({ name, columns, rules, entity, kafka_topic, quality, tests, enabled }) => {
    const passed = tests.filter((test) => test.passed).length;
    const tested = tests.length === 0 ? 'no tests' : `${passed} of ${counted(tests.length, 'test')} good`;
    const stream = kafka_topic === null ? '' : `, messages of ${kafka_topic}`;
    const watched = quality.length === 0 ? '' : `, watched for ${quality.join(', ')}`;
    const counts = `${counted(columns, 'column')}, ${counted(rules, 'rule')}, ${entity}${stream}${watched}, ${tested}`;
    const failures = tests
      .filter((test) => !test.passed)
      .map((test) => `\n    test "${test.name}"\n      expected: ${test.expected}\n      found:    ${test.found}`);
    return `${failures.length === 0 ? 'good' : 'BAD '}  ${name}: ${counts}${enabled ? '' : ' (not enabled)'}${failures.join('')}`;
  });
  const bad = problems.map((problem) => `BAD   ${problemText(problem)}`);
  const failed = specs.flatMap(({ tests }) => tests).filter(({ passed }) => !passed).length;
  const total = `${counted(specs.length, 'spec')} read, ${counted(problems.length, 'problem')}, ${counted(failed, 'failed test')}`;
  return [...lines, ...bad, total].join('\n');
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

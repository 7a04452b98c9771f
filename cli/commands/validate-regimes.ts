/** `markets validate-regimes`: every regime of reports checked, with the types of its expressions and what its output asks of it. */
import { join, resolve } from 'node:path';
import { loadSpecs } from '../../core/spec/load-specs.ts';
import { problemText, type SpecProblem } from '../../core/spec/spec-problem.ts';
import { loadRegimes } from '../../reporter/regime/load-regimes.ts';
import type { RegimePlan } from '../../reporter/regime/regime-plan.ts';
import type { ReportingEntity } from '../../reporter/regime/reporting-entity.ts';
import type { Command } from '../framework/command.ts';

/** Who reports changes no check of a regime: the configuration says it to the program that reports. */
const NOBODY: ReportingEntity = { lei: '', submitting_lei: '', investment_firm: true, country: '' };

interface CheckedRegime {
  readonly name: string;
  readonly short_code: string;
  readonly output: string;
  readonly destination: string;
  readonly fields: number;
  readonly rules: number;
}

export const command: Command = {
  name: 'validate-regimes',
  summary: 'Check every regime of reports: its keys, its expressions, its deadline, its fields',
  description:
    'Checks all regimes of the folder. Every problem is shown with file, line and column. Exit status 0: all good; 64: a regime is wrong.',
  arguments: [],
  options: [{ flags: '--regimes <folder>', description: "the regimes (default: regimes/ in the project's folder)" }],
  examples: [
    { line: 'markets validate-regimes', says: 'check all regimes' },
    { line: 'markets validate-regimes --regimes my_regimes --json', says: 'those of another folder, for a program' },
  ],
  run: async ({ input, settings, environment }) => {
    const given = input.optional('regimes');
    const folder = given === undefined ? join(environment.home, 'regimes') : resolve(environment.workingFolder, given);
    const sources = (await loadSpecs(settings.specs)).specs.map(({ name }) => name);
    const { regimes, problems } = await loadRegimes(folder, { entity: NOBODY, calendars: join(settings.config, 'calendars'), sources });
    const checked = regimes.map(({ plan }) => shown(plan));
    return {
      exitCode: problems.length === 0 ? 0 : 64,
      data: { regimes: checked, problems },
      errors: problems.map((problem) => ({ code: 'REGIME_INVALID', ...problem })),
      render: () => render(checked, problems),
    };
  },
};

function shown({ document, fields, rules, eligibility }: RegimePlan): CheckedRegime {
  const { name, short_code, output, destination } = document;
  return { name, short_code, output, destination, fields: fields.length, rules: rules.length + eligibility.length };
}

function render(regimes: readonly CheckedRegime[], problems: readonly SpecProblem[]): string {
  const good = regimes.map(
    ({ name, short_code, output, destination, fields, rules }) =>
      `good  ${name}: ${short_code}, ${String(fields)} fields, ${String(rules)} rules, as ${output} to ${destination}`,
  );
  const bad = problems.map((problem) => `BAD   ${problemText(problem)}`);
  return [...good, ...bad, `${String(regimes.length)} regimes good, ${String(problems.length)} problems`].join('\n');
}

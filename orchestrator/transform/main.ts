/**
 * The room's own door for `make`: assembles the dbt project of a root folder, so that the plain dbt command can run on it.
 *
 *     node orchestrator/transform/main.ts assemble --root DIR --specs DIR
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ERROR_CODES } from '../../core/errors/error-codes.ts';
import { isMarketsError, MarketsError } from '../../core/errors/markets-error.ts';
import { requireSpecs } from '../../core/spec/load-specs.ts';
import { assembleProject } from './project/assemble-project.ts';

async function main(argv: readonly string[]): Promise<string> {
  const { positionals, values } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { root: { type: 'string' }, specs: { type: 'string' } },
  });
  if (positionals.join(' ') !== 'assemble' || values.root === undefined || values.specs === undefined) {
    throw new MarketsError('CLI_USAGE', 'The transform room was called with wrong words.', {
      expected: 'assemble --root DIR --specs DIR',
      found: argv.join(' '),
    });
  }
  const project = await assembleProject(resolve(values.root), await requireSpecs(resolve(values.specs)));
  return project.folder;
}

try {
  process.stdout.write(`${await main(process.argv.slice(2))}\n`);
} catch (error) {
  const known = isMarketsError(error) ? error : null;
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.stderr.write(known?.expected === undefined ? '' : `  expected  ${known.expected}\n  found     ${known.found ?? ''}\n`);
  process.exitCode = known === null ? 70 : ERROR_CODES[known.code].exit;
}

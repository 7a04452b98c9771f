/** `markets validate`: the validation engine on one file, without a platform and without state. */
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { FileStatus } from '../../core/engine/report.ts';
import { MarketsError } from '../../core/errors/markets-error.ts';
import type { Command } from '../framework/command.ts';
import { openWorkplace } from '../validate/open-workplace.ts';

const EXIT_CODES: Readonly<Record<FileStatus, 0 | 1 | 2>> = { accepted: 0, quarantined: 1, failed: 2 };

export const command: Command = {
  name: 'validate',
  summary: 'Judge one file by the rules of a source spec',
  description:
    'Reads FILE as the spec says and shows what is good and what is not, to the byte. Touches no state. A control file that ' +
    'the spec names is looked for beside FILE. Of a stream FILE holds one message a line. With --out it writes valid.parquet, quarantine.jsonl and report.json. ' +
    'Exit status 0: every record is good; 1: some records are refused; 2: the file fails.',
  arguments: [{ name: 'file', description: 'the file to judge', required: true }],
  options: [
    { flags: '--spec <name>', description: 'name of a source, or path of a spec file', required: true },
    { flags: '--out <folder>', description: 'write valid.parquet, quarantine.jsonl and report.json there' },
    { flags: '--now <moment>', description: 'current_timestamp() of the rules (default: now)' },
  ],
  examples: [
    { line: 'markets validate trades.csv --spec venue_executions', says: 'judge a file, write nothing' },
    { line: 'markets validate trades.csv --spec ./my_source.yaml --out result', says: 'keep the good rows and the refused ones' },
    { line: 'markets validate messages.jsonl --spec exchange_trades', says: 'judge messages of a stream, one a line' },
  ],
  run: async (context) => {
    const { input, settings, environment, signal } = context;
    const out = input.optional('out');
    const outputFolder = out === undefined ? undefined : resolve(environment.workingFolder, out);
    const path = resolve(environment.workingFolder, input.text('file'));
    const now = input.instant('now') ?? context.now();
    const fileBytes = await sizeOf(path);
    const workplace = await openWorkplace(outputFolder, fileBytes, signal);
    try {
      // Loaded only now: the process loads its own modules at the same time.
      const [{ findSpec }, { judgeFile }, { renderReport }] = await Promise.all([
        import('../validate/find-spec.ts'),
        import('../validate/judge-file.ts'),
        import('../validate/render-report.ts'),
      ]);
      const spec = await findSpec(input.text('spec'), { specs: settings.specs, workingFolder: environment.workingFolder });
      const report = await judgeFile({ path, spec, outputFolder, now }, workplace.pool);
      return { exitCode: EXIT_CODES[report.status], data: report, render: () => renderReport(report, outputFolder) };
    } finally {
      await workplace.close();
    }
  },
};

async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() === true) return found.size;
  throw new MarketsError('CLI_USAGE', 'The file to validate cannot be read.', {
    expected: 'a file',
    found: found === undefined ? `nothing at ${path}` : `${path}, which is no file`,
  });
}

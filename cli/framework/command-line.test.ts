import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { MarketsError } from '../../core/errors/markets-error.ts';
import { publishedCommandOutputs } from '../published-outputs.ts';
import type { Command, CommandContext, CommandGroup, CommandResult } from './command.ts';
import { runCommandLine } from './command-line.ts';
import type { CommandEntry } from './program.ts';

const isDocument = new Ajv2020().compile(publishedCommandOutputs()['command-output.schema.json'] ?? {});

interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly loaded: readonly string[];
}

function command(name: string, run: (context: CommandContext) => CommandResult): Command {
  return {
    name,
    summary: `does ${name}`,
    arguments: [{ name: 'file', description: 'a file', required: false }],
    options: [
      { flags: '--skip-dbt', description: 'a flag' },
      { flags: '--source <name>', description: 'may be repeated', repeatable: true },
      { flags: '--now <moment>', description: 'a moment' },
      { flags: '--limit <rows>', description: 'a number' },
    ],
    examples: [{ line: `markets ${name} x.csv`, says: 'shows how' }],
    run: (context) => Promise.resolve(run(context)),
  };
}

async function call(argv: readonly string[], commands: readonly (Command | CommandGroup)[]): Promise<Ran> {
  const written = { stdout: '', stderr: '' };
  const loaded: string[] = [];
  const table: readonly CommandEntry[] = commands.map((each) => ({
    name: each.name,
    summary: each.summary,
    load: () => {
      loaded.push(each.name);
      return Promise.resolve({ command: each });
    },
  }));
  const append = (stream: keyof typeof written) => (text: string) => {
    written[stream] += text;
    return Promise.resolve();
  };
  const output = { stdout: append('stdout'), stderr: append('stderr') };
  const exitCode = await runCommandLine(argv, table, output, new AbortController().signal);
  return { exitCode, ...written, loaded };
}

const echo = command('echo', ({ input, settings }) => ({
  exitCode: 0,
  data: {
    file: input.optional('file') ?? null,
    skip: input.flag('skip-dbt'),
    sources: input.list('source'),
    now: input.instant('now') ?? null,
    limit: input.integer('limit') ?? null,
    env: settings.env,
  },
  render: () => 'echoed',
}));
const attention = command('attention', () => ({ exitCode: 1, data: {}, render: () => 'look here' }));
const broken = command('broken', () => {
  throw new TypeError('x is not a function');
});
const refused = command('refused', () => {
  throw new MarketsError('STORE_NOT_FOUND', 'The object does not exist.', {
    expected: 'an object',
    found: 'none',
    next: 'look elsewhere',
    place: { file: 'landing/a.csv', line: 3, column: 7 },
  });
});
const all = [echo, attention, broken, refused];

function data(ran: Ran): unknown {
  return (JSON.parse(ran.stdout) as { data: unknown }).data;
}

test('words are read by name, global options may stand anywhere', async () => {
  const argv = ['echo', 'x.csv', '--json', '--skip-dbt', '--source', 'a', '--source', 'b', '--env', 'int', '--limit', '12'];
  const ran = await call(argv, all);
  expect(data(ran)).toEqual({ file: 'x.csv', skip: true, sources: ['a', 'b'], now: null, limit: 12, env: 'int' });
  expect(data(await call(['--json', 'echo'], all))).toMatchObject({ file: null, skip: false, sources: [] });
});

test('a moment is given back in UTC with six digits, whatever its offset', async () => {
  const nowOf = async (text: string): Promise<unknown> => data(await call(['echo', '--json', '--now', text], all));
  expect(await nowOf('2023-01-30T19:30:00.5+01:00')).toMatchObject({ now: '2023-01-30T18:30:00.500000Z' });
  expect(await nowOf('2023-01-30')).toMatchObject({ now: '2023-01-30T00:00:00.000000Z' });
});

test('a wrong value is wrong usage, with what was expected and found', async () => {
  for (const [option, value] of [
    ['--now', '2023-02-30T00:00:00Z'],
    ['--now', 'yesterday'],
    ['--limit', '-1'],
    ['--limit', '1e3'],
  ] as const) {
    const ran = await call(['echo', `${option}=${value}`], all);
    expect([ran.exitCode, ran.stdout]).toEqual([64, '']);
    expect(ran.stderr).toContain(`found     ${value}`);
  }
});

test('only the command that is called is loaded, and help loads none', async () => {
  expect((await call(['--help'], all)).loaded).toEqual([]);
  expect((await call([], all)).loaded).toEqual([]);
  expect((await call(['attention'], all)).loaded).toEqual(['attention']);
});

test('help of a command shows its example and ends with 0', async () => {
  const ran = await call(['echo', '--help'], all);
  expect(ran.exitCode).toBe(0);
  expect(ran.stdout).toContain('$ markets echo x.csv');
  expect(ran.stdout).toContain('--root <folder>');
});

test('the exit status tells of attention unless that is said to be fine; the status word stays', async () => {
  expect((await call(['attention'], all)).exitCode).toBe(1);
  const ran = await call(['attention', '--attention-ok', '--json'], all);
  expect(ran.exitCode).toBe(0);
  expect(JSON.parse(ran.stdout)).toMatchObject({ command: 'attention', status: 'attention', exit_code: 0, errors: [] });
});

test('an error says what happened, what was expected and found, where, and what to do next', async () => {
  const ran = await call(['refused'], all);
  expect(ran.exitCode).toBe(2);
  expect(ran.stderr).toBe(
    [
      'error STORE_NOT_FOUND: The object does not exist.',
      '  expected  an object',
      '  found     none',
      '  where     landing/a.csv:3:7',
      '  next      look elsewhere',
      '',
    ].join('\n'),
  );
});

test('with --json an error is one document on stdout and nothing else', async () => {
  for (const [argv, exit_code, code] of [
    [['refused', '--json'], 2, 'STORE_NOT_FOUND'],
    [['broken', '--json'], 70, 'INTERNAL'],
    [['echo', '--nonsense', '--json'], 64, 'CLI_USAGE'],
    [['nonsense', '--json'], 64, 'CLI_USAGE'],
    [['echo', '--env', 'moon', '--json'], 64, 'CLI_USAGE'],
  ] as const) {
    const ran = await call(argv, all);
    expect([ran.exitCode, ran.stderr]).toEqual([exit_code, '']);
    expect(JSON.parse(ran.stdout)).toMatchObject({ exit_code, data: null, errors: [{ code }] });
    expect(isDocument(JSON.parse(ran.stdout)), JSON.stringify(isDocument.errors)).toBe(true);
  }
});

test('a group of commands runs the one below it and asks for one when none is named', async () => {
  const group: CommandGroup = { name: 'quarantine', summary: 'rejects', commands: [{ ...echo, name: 'list' }] };
  expect(data(await call(['quarantine', 'list', 'x', '--json'], [group]))).toMatchObject({ file: 'x' });
  const ran = await call(['quarantine'], [group]);
  expect(ran.exitCode).toBe(64);
  expect(ran.stderr).toContain('list');
});

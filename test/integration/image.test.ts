/** The image's content is whole: its build steps in an empty folder, then the program there, as its user, with nothing but /tmp and a root to write to. */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOME } from '../support/command-line.ts';
import { buildImage, type BuiltImage } from '../support/image/build-image.ts';
import { canConfine, runConfined, type Ended } from '../support/image/confined.ts';

const LANDED = 'landing/crypto/ethusdt_public_trades.csv';
/** Where a machine cannot, the test says so by its name; where CI cannot, it fails. */
const isPossible = canConfine() || process.env['CI'] === 'true';

describe.skipIf(!isPossible)('the image of the batch lane, built without Docker (needs user namespaces)', () => {
  let scratch = '';
  let image: BuiltImage;

  beforeAll(async () => {
    scratch = mkdtempSync(join(tmpdir(), 'markets-image-'));
    image = await buildImage({
      context: HOME,
      dockerfile: 'orchestrator/Dockerfile',
      scratch,
      machine: { '/usr/local/bin/node': process.execPath },
    });
  }, 600_000);
  afterAll(() => {
    rmSync(scratch, { recursive: true, force: true });
  });

  async function run(command: readonly string[]): Promise<Ended> {
    const temporary = join(image.root, 'tmp');
    return await runConfined(command, {
      user: image.user,
      writable: [temporary, join(scratch, 'data')],
      workingFolder: join(image.root, image.workingFolder),
      // Nothing of this process's surroundings, as in a container.
      environment: { ...image.environment, PATH: `${join(image.root, 'usr/local/bin')}:/usr/bin:/bin` },
    });
  }
  const markets = async (...words: readonly string[]): Promise<Ended> =>
    await run([...image.entrypoint.map((path) => join(image.root, path)), '--root', join(scratch, 'data'), ...words]);

  it('is started as a user that is not root, who cannot write its code', async () => {
    mkdirSync(join(scratch, 'data'));
    const { output } = await run(['sh', '-c', 'id -u; touch core/x; touch /etc/x; touch "$TMPDIR/x" && echo written']);
    expect(output).toContain('65532');
    expect(output.match(/Read-only file system/g)).toHaveLength(2);
    expect(output).toContain('written');
  });

  it('holds no tests and no package of the development', () => {
    const app = join(image.root, 'app');
    expect(readdirSync(join(app, 'core'), { recursive: true }).filter((name) => String(name).includes('.test.'))).toEqual([]);
    expect(existsSync(join(app, 'node_modules/commander'))).toBe(true);
    expect(existsSync(join(app, 'node_modules/vitest'))).toBe(false);
    expect(readdirSync(app).sort()).toEqual(
      [
        '.tools',
        'bin',
        'cli',
        'config',
        'core',
        'dbt_project',
        'node_modules',
        'orchestrator',
        'package-lock.json',
        'package.json',
        'regimes',
        'reporter',
        'scripts',
        'source_specs',
        'streaming',
      ].sort(),
    );
  });

  it('shows its help', async () => {
    const { status, output } = await markets('--help');
    expect(status, output).toBe(0);
    expect(output).toContain('Usage: markets');
  });

  it('finds itself ready', async () => {
    const { status, output } = await markets('--attention-ok', 'doctor');
    expect(status, output).toBe(0);
  });

  it('takes a file from landing into the warehouse', async () => {
    const landed = join(scratch, 'data', LANDED);
    mkdirSync(dirname(landed), { recursive: true });
    cpSync(join(HOME, 'cli/demo/samples/ethusdt_public_trades.csv'), landed);
    const ran = await markets('--json', '--attention-ok', 'run');
    expect(ran.status, ran.output).toBe(0);
    // Log lines of the run may stand in front: this output is of both streams.
    const document = ran.output.slice(ran.output.lastIndexOf('\n{', ran.output.length - 2) + 1);
    expect(JSON.parse(document)).toMatchObject({ data: { transform: 'ok', files: [{ outcome: 'accepted', staged: 1000 }] } });
    const asked = await markets('query', 'select count(*) as loads from control.loads');
    expect(asked.output).toContain('1');
    expect(existsSync(landed)).toBe(false);
  });

  it('is about as large as it has to be', () => {
    const megabytes = Number(execFileSync('du', ['-sm', join(image.root, 'app')], { encoding: 'utf8' }).split('\t')[0]);
    // A third of it are the libraries of dbt-bigquery: pyarrow, pandas, numpy, Google's clients.
    expect(megabytes).toBeLessThan(1000);
  });
});

/** The images of lanes 2 and 3 are whole: their build steps in an empty folder, then the program there, as its user, with nothing but /tmp and a root to write to. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOME } from '../support/command-line.ts';
import { buildImage, type BuiltImage } from '../support/image/build-image.ts';
import { canConfine, runConfined, type Ended } from '../support/image/confined.ts';
import { parseDockerfile, type Stage } from '../support/image/dockerfile.ts';

/** Where a machine cannot, the tests say so by their name; where CI cannot, they fail. */
const isPossible = canConfine() || process.env['CI'] === 'true';

interface ServiceImage {
  readonly dockerfile: string;
  /** Commands that load everything that the service does, and end by themselves. */
  readonly commands: readonly { readonly words: readonly string[]; readonly status: number; readonly says: string }[];
}

const IMAGES: readonly ServiceImage[] = [
  {
    dockerfile: 'reporter/Dockerfile',
    commands: [
      { words: ['reporter', 'serve', '--help'], status: 0, says: 'Usage: markets reporter serve' },
      { words: ['validate-regimes'], status: 0, says: 'rts_22' },
      // Regimes, sources, ledger and destinations are there; of reference data there are none.
      { words: ['reporter', 'verify'], status: 0, says: 'everything holds' },
    ],
  },
  {
    dockerfile: 'streaming/Dockerfile',
    commands: [
      { words: ['bridge', '--help'], status: 0, says: 'Usage: markets bridge' },
      { words: ['validate-specs'], status: 0, says: 'trade_events' },
      { words: ['bridge', '--until-idle', '1'], status: 0, says: '' },
    ],
  },
];

let scratch = '';
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'markets-image-'));
  mkdirSync(join(scratch, 'data'));
});
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});

const stagesOf = ({ dockerfile }: ServiceImage): readonly Stage[] => parseDockerfile(readFileSync(join(HOME, dockerfile), 'utf8'));

it('the images install the same packages in the same way', () => {
  const [packages, ...others] = IMAGES.map((image) => stagesOf(image)[0]);
  expect(packages?.name).toBe('packages');
  for (const other of others) expect(other).toEqual(packages);
});

describe.skipIf(!isPossible).each(IMAGES)(
  'the image of $dockerfile, built without Docker (needs user namespaces)',
  ({ dockerfile, commands }) => {
    let image: BuiltImage;
    beforeAll(async () => {
      const made = existsSync(join(scratch, 'packages')) ? ['packages'] : [];
      image = await buildImage({ context: HOME, dockerfile, scratch, machine: { '/usr/local/bin/node': process.execPath }, made });
    }, 600_000);

    async function run(command: readonly string[]): Promise<Ended> {
      return await runConfined(command, {
        user: image.user,
        writable: [join(image.root, 'tmp'), join(scratch, 'data')],
        workingFolder: join(image.root, image.workingFolder),
        // Its base image brings Node: this machine's stands in for it. Nothing else of this process's surroundings, as in a container.
        environment: { ...image.environment, PATH: `${join(process.execPath, '..')}:/usr/bin:/bin` },
      });
    }

    it('is started as a user that is not root, who cannot write its code', async () => {
      const { output } = await run(['sh', '-c', 'id -u; touch core/x; touch "$TMPDIR/x" && echo written']);
      expect(output).toContain('65532');
      expect(output).toContain('Read-only file system');
      expect(output).toContain('written');
    });

    it('holds no tests, no package of the development and no Python', () => {
      const app = join(image.root, 'app');
      for (const room of ['core', 'cli', 'reporter', 'streaming'])
        expect(readdirSync(join(app, room), { recursive: true }).filter((name) => String(name).includes('.test.'))).toEqual([]);
      expect(existsSync(join(app, 'node_modules/fastify'))).toBe(true);
      expect(existsSync(join(app, 'node_modules/vitest'))).toBe(false);
      expect(existsSync(join(app, '.tools'))).toBe(false);
    });

    it.each(commands)('runs markets $words', async ({ words, status, says }) => {
      const markets = image.entrypoint.map((path) => join(image.root, path));
      const ended = await run([...markets, '--root', join(scratch, 'data'), ...words]);
      expect(ended.status, ended.output).toBe(status);
      expect(ended.output).toContain(says);
    });
  },
);

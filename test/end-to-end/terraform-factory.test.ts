/**
 * Terraform reads the specs itself. What it reads is what the programs read, every spec yields its resources, and the factory's own tests
 * pass: all of it without a provider, so that Terraform alone is enough.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { BUCKET_KEEPS_DAYS, bucketLayout } from '../../core/adapters/gcs-object-store/bucket-layout.ts';
import { loadSpecs } from '../../core/spec/load-specs.ts';
import { evaluateFactory, SHIPPED_REPORTER, type FactoryOutputs } from '../../scripts/infrastructure/evaluate-factory.ts';
import { iamPage } from '../../scripts/infrastructure/iam-page.ts';
import { serverOrSkip } from '../servers/server-tool.ts';
import { TERRAFORM } from '../servers/terraform.ts';
import { HOME } from '../support/command-line.ts';

const SPECS = join(HOME, 'source_specs');
const TERRAFORM_FOLDER = join(HOME, 'terraform');

function terraform(folder: string, ...words: readonly string[]): { readonly status: number | null; readonly output: string } {
  const env = { PATH: process.env['PATH'], TF_CLI_CONFIG_FILE: '/dev/null' };
  const { status, stdout, stderr } = spawnSync('terraform', words, { cwd: folder, encoding: 'utf8', env });
  return { status, output: `${stdout}${stderr}` };
}

function inScratch<T>(use: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'terraform-'));
  try {
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Texts of Terraform's resource modules, by file. */
function moduleTexts(): readonly { readonly file: string; readonly text: string }[] {
  const files = readdirSync(TERRAFORM_FOLDER, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.tf'));
  return files.map((file) => ({ file, text: readFileSync(join(TERRAFORM_FOLDER, file), 'utf8') }));
}

serverOrSkip(TERRAFORM, 'Terraform’s factory', () => {
  let evaluated: FactoryOutputs | undefined;
  const outputs = (): FactoryOutputs =>
    (evaluated ??= evaluateFactory({ home: HOME, specsFolder: SPECS, environment: 'prod', reporter: SHIPPED_REPORTER }));

  test('reads what the programs read: YAML 1.1 and 1.2 agree on every spec', async () => {
    const { specs, problems } = await loadSpecs(SPECS);
    expect(problems).toEqual([]);
    expect(specs.length).toBeGreaterThan(5);
    expect(Object.keys(outputs().sources)).toEqual(specs.map(({ name }) => name));
    for (const { name, enabled, owner, description, spec_file, source, schema } of specs) {
      const classifications = new Set(schema.flatMap(({ classification }) => (classification === null ? [] : [classification])));
      expect(outputs().sources[name]).toMatchObject({
        file: spec_file,
        type: source.type,
        enabled,
        owner,
        path_pattern: source.path_pattern?.text ?? null,
      });
      expect(outputs().sources[name]?.description).toBe(description.trim());
      expect([...(outputs().sources[name]?.classifications ?? [])].sort()).toEqual([...classifications].sort());
    }
  });

  test('gives a stream the topics that the programs publish to', async () => {
    const streams = (await loadSpecs(SPECS)).specs.filter(({ source }) => source.type === 'stream');
    expect(streams.length).toBeGreaterThan(2);
    for (const { name, stream, canonical } of streams) {
      const topics = outputs().resources_by_source[name]?.filter((resource) => resource.startsWith('topic '));
      const candles = ['trades', 'prices'].includes(canonical.entity) ? [`topic ${stream?.pubsub_topic ?? ''}-candles`] : [];
      const own = [`topic ${stream?.pubsub_topic ?? ''}`, `topic ${stream?.dead_letter_topic ?? ''}`];
      const reported = (SHIPPED_REPORTER.sources as readonly string[]).includes(name)
        ? [`topic ${stream?.pubsub_topic ?? ''}-reporter-dead-letter`]
        : [];
      expect(topics?.sort()).toEqual([...own, ...candles, ...reported].sort());
    }
  });

  test.each([
    [
      'bad-topic',
      ['stream.pubsub_topic: Pub/Sub knows no topic of such a name.', 'stream.dead_letter_topic: Pub/Sub knows no topic of such a name.'],
    ],
    ['no-pattern', ['source.path_pattern: A key is missing.']],
    ['one-topic', ['pubsub_topic', 'dead_letter_topic'].map((key) => `stream.${key}: The Pub/Sub topic is that of left too.`)],
    ['twice', ['name: The name of a source is the name of its file.']],
    ['unknown-type', ['source.type: A word that is not one of the list.']],
    ['unnamed-topic', ['stream.kafka_topic: A key is missing.']],
  ])('what it refuses the programs refuse: %s', async (fixture, messages) => {
    const { problems } = await loadSpecs(join(TERRAFORM_FOLDER, 'modules', 'factory', 'tests', 'fixtures', fixture));
    const found = problems.map(({ path, message }) => `${path}: ${message}`);
    expect(found).toEqual(expect.arrayContaining(messages));
  });

  test('yields resources of every spec, and of a new one without an edit of Terraform', () => {
    expect(Object.values(outputs().resources_by_source).every((resources) => resources.length > 0)).toBe(true);
    inScratch((folder) => {
      cpSync(SPECS, folder, { recursive: true });
      mkdirSync(join(folder, 'fx'));
      const text = readFileSync(join(SPECS, 'trading', 'oms_blotter.yaml'), 'utf8');
      const renamed = text.replace(/^name: oms_blotter$/m, 'name: fx_desk').replace(/path_pattern: .*/, "path_pattern: 'fx/desk_*.csv'");
      writeFileSync(join(folder, 'fx', 'fx_desk.yaml'), renamed);
      const more = evaluateFactory({ home: HOME, specsFolder: folder, environment: 'int' });
      expect(more.resources_by_source['fx_desk']).toEqual(['managed_folder landing/fx/', 'managed_folder quarantine/fx_desk/']);
    });
  });

  test('refuses a spec that yields nothing', () => {
    inScratch((folder) => {
      writeFileSync(join(folder, 'x.yaml'), 'name: x\ndescription: d\nowner: a@b\ndomain: markets\nsource: {type: queue}\nschema: []\n');
      expect(() => evaluateFactory({ home: HOME, specsFolder: folder, environment: 'int' })).toThrow(
        /expected resources of every source, found none for: x/,
      );
    });
  });

  test('has a bucket for everything that the object store writes, and no retention policy where it deletes', () => {
    const layout = bucketLayout('gs://markets');
    const buckets = new Map(Object.values(outputs().buckets).map((bucket) => [bucket.name, bucket]));
    expect([...buckets.keys()].sort()).toEqual([...layout.buckets].sort());
    const retentionOf = (name: string): number | null | undefined => buckets.get(layout.placeOf(name).bucket)?.retention_days;
    const replaced = [
      'landing/a/b.csv',
      'control/lease/00000001.heartbeat',
      'control/claims/x',
      'control/events/date=2023-01-30/r/main/00000001.jsonl',
    ];
    expect(replaced.map(retentionOf)).toEqual([null, null, null, null]);
    const kept = ['archive/a', 'quarantine/a', 'control/specs/x.yaml', 'control/events/date=2023-01-30/sealed.jsonl'];
    expect(kept.map(retentionOf)).toEqual([2557, 2557, 2557, 2557]);
    for (const [top, days] of Object.entries(BUCKET_KEEPS_DAYS)) {
      expect(buckets.get(layout.placeOf(`${top}/a`).bucket)?.delete_rules).toMatchObject([{ age_days: days }]);
    }
  });

  test('gives the reporter the defaults of the root, and audiences as config/<environment>.yaml has them', () => {
    const variables = readFileSync(join(TERRAFORM_FOLDER, 'variables.tf'), 'utf8');
    for (const list of [SHIPPED_REPORTER.sources, SHIPPED_REPORTER.secrets]) {
      expect(variables).toContain(`default     = ${JSON.stringify(list).replaceAll(',', ', ')}`);
    }
    const accounts = { push: 'push', events: 'replay', admin: 'reporting' };
    for (const environment of ['int', 'prod']) {
      const { reporter } = parse(readFileSync(join(HOME, 'config', `${environment}.yaml`), 'utf8')) as { reporter: { intake: object } };
      for (const [way, account] of Object.entries(accounts)) {
        expect(reporter.intake).toMatchObject({
          [way]: {
            audience: outputs().reporter_audiences[way]?.replace('markets/', `markets-${environment}/`),
            service_accounts: [`${outputs().accounts[account]?.id ?? ''}@markets-${environment}.iam.gserviceaccount.com`],
          },
        });
      }
    }
  });

  test('grants no role beyond the committed list', () => {
    const allowed = parse(readFileSync(join(TERRAFORM_FOLDER, 'modules', 'factory', 'allowed-roles.yaml'), 'utf8')) as Readonly<
      Record<string, Readonly<Record<string, readonly string[]>> | undefined>
    >;
    const wider = Object.values(outputs().grants).filter(({ account, scope, role }) => !(allowed[account]?.[scope] ?? []).includes(role));
    expect(wider).toEqual([]);
  });

  test('is the only place of roles, but for the two that variables name', () => {
    const literals = moduleTexts()
      .filter(({ file }) => !file.startsWith(join('modules', 'factory')))
      .flatMap(({ file, text }) => [...text.matchAll(/^\s*role\s*=\s*"([^"]+)"/gm)].map((match) => `${file} ${match[1] ?? ''}`));
    expect(literals.sort()).toEqual([
      'modules/artifact-registry/main.tf roles/artifactregistry.reader',
      'modules/service-accounts/main.tf roles/iam.workloadIdentityUser',
      'modules/service-accounts/main.tf roles/iam.workloadIdentityUser',
    ]);
    const bindings = moduleTexts().flatMap(({ file, text }) =>
      [...text.matchAll(/^resource "(google_\w+_iam_(?:binding|policy))"/gm)].map(() => file),
    );
    expect(bindings).toEqual([]);
  });

  test('is what docs/reference/iam.md shows', () => {
    expect(readFileSync(join(HOME, 'docs', 'reference', 'iam.md'), 'utf8')).toBe(iamPage(outputs()));
  });

  test('passes its own tests, and everything is formatted', () => {
    expect(terraform(HOME, 'fmt', '-recursive', '-check', '-diff', '-no-color', 'terraform')).toMatchObject({ status: 0, output: '' });
    inScratch((folder) => {
      cpSync(join(TERRAFORM_FOLDER, 'modules', 'factory'), join(folder, 'terraform', 'modules', 'factory'), { recursive: true });
      cpSync(SPECS, join(folder, 'source_specs'), { recursive: true });
      const factory = join(folder, 'terraform', 'modules', 'factory');
      expect(terraform(factory, 'init', '-backend=false', '-input=false', '-no-color').status).toBe(0);
      const { status, output } = terraform(factory, 'test', '-no-color');
      expect(status, output).toBe(0);
      expect(output).toMatch(/Success! \d{2,} passed, 0 failed/);
    });
  });
});

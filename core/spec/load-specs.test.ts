import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isControlFileName, controlFileName } from './control-file-name.ts';
import { loadSpecs, requireSpecs } from './load-specs.ts';
import { matchSource } from './match-source.ts';
import { minimalSpecWith } from './test-support/minimal-spec.ts';
import { STREAM_SPEC } from './test-support/stream-spec.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'specs-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function put(name: string, pattern: string, more = ''): Promise<void> {
  await mkdir(join(folder, 'trading'), { recursive: true });
  const text = minimalSpecWith('name: murex_trades', `name: ${name}`).replace('murex/trades_{business_date:%Y%m%d}.csv', pattern);
  await writeFile(join(folder, 'trading', `${name}.yaml`), text + more);
}

describe('loadSpecs', () => {
  it('gives specs by name, disabled ones too', async () => {
    await put('zeta', 'z/*.csv');
    await put('alpha', 'a/*.csv', 'enabled: false\n');
    const { specs, problems } = await loadSpecs(folder);
    expect(problems).toEqual([]);
    expect(specs.map(({ name, enabled, spec_file }) => [name, enabled, spec_file])).toEqual([
      ['alpha', false, 'trading/alpha.yaml'],
      ['zeta', true, 'trading/zeta.yaml'],
    ]);
  });

  it('names two patterns that can match one name, with such a name', async () => {
    await put('alpha', 'a/trades_*.csv');
    await put('beta', 'a/*_final.csv');
    const { problems } = await loadSpecs(folder);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ file: 'trading/beta.yaml', line: 6, path: 'source.path_pattern', found: 'a/*_final.csv' });
    expect(problems[0]?.message).toContain('is matched by alpha too');
  });

  it('lets a disabled source overlap', async () => {
    await put('alpha', 'a/*.csv', 'enabled: false\n');
    await put('beta', 'a/*.csv');
    expect((await loadSpecs(folder)).problems).toEqual([]);
  });

  it('keeps the good specs beside a bad one', async () => {
    await put('alpha', 'a/*.csv');
    await put('beta', 'b/*.csv', 'colour: red\n');
    const { specs, problems } = await loadSpecs(folder);
    expect(specs.map(({ name }) => name)).toEqual(['alpha']);
    expect(problems.map(({ path }) => path)).toEqual(['colour']);
    await expect(requireSpecs(folder)).rejects.toMatchObject({ code: 'SPEC_INVALID' });
  });

  it('says when there is no folder', async () => {
    await expect(loadSpecs(join(folder, 'none'))).rejects.toMatchObject({ code: 'SPEC_NOT_FOUND' });
  });
});

describe('streams together', () => {
  async function putStream(name: string, more: readonly string[] = [], topic = name): Promise<void> {
    await mkdir(join(folder, 'streaming'), { recursive: true });
    const text = STREAM_SPEC.replace('venue_quotes', name).replace('venue.quotes', topic);
    const stream = more.filter((line) => !line.startsWith('enabled')).map((line) => `  ${line}\n`);
    const top = more.filter((line) => line.startsWith('enabled')).join('\n');
    await writeFile(join(folder, 'streaming', `${name}.yaml`), `${text.replace('  key_field', `${stream.join('')}  key_field`)}${top}\n`);
  }
  const found = async (): Promise<readonly string[]> =>
    (await loadSpecs(folder)).problems.map(({ file, path, message }) => `${file} ${path}: ${message}`);

  it('need a Kafka topic each, as long as they are enabled', async () => {
    await putStream('alpha', [], 'venue.quotes');
    await putStream('beta', [], 'venue.quotes');
    expect(await found()).toEqual([
      'streaming/beta.yaml stream.kafka_topic: Two sources take every message of one Kafka topic: alpha does so too.',
    ]);
    await putStream('beta', ['enabled: false'], 'venue.quotes');
    expect(await found()).toEqual([]);
  });

  it('may share a Kafka topic of FIX by the types of its messages', async () => {
    const put = async (name: string, types: string): Promise<void> => {
      const source = `format: fix\n  message_types: [${types}]\nschema:\n  - {name: id, type: STRING, tag: 17}\n`;
      const text = STREAM_SPEC.replace(/format: json[\s\S]*canonical:\n {2}entity: quotes\n/, source).replace(/ {2}key_field[\s\S]*/, '');
      await mkdir(join(folder, 'streaming'), { recursive: true });
      await writeFile(join(folder, 'streaming', `${name}.yaml`), text.replace('venue_quotes', name));
    };
    await put('alpha', "'8', 'D'");
    await put('beta', "'F'");
    expect(await found()).toEqual([]);
    await put('beta', "'D'");
    expect(await found()).toEqual([expect.stringContaining('streaming/beta.yaml stream.kafka_topic')]);
  });

  it('need Pub/Sub topics of their own, disabled ones too, as Terraform makes them', async () => {
    await putStream('alpha', ['pubsub_topic: shared']);
    await putStream('beta', ['dead_letter_topic: shared', 'enabled: false']);
    await putStream('gamma', ['pubsub_topic: markets-landing']);
    expect(await found()).toEqual([
      'streaming/beta.yaml stream.dead_letter_topic: The Pub/Sub topic is that of alpha too.',
      'streaming/gamma.yaml stream.pubsub_topic: The Pub/Sub topic is that of the platform itself too.',
      'streaming/gamma.yaml stream.dead_letter_topic: The Pub/Sub topic is that of the platform itself too.',
    ]);
  });

  it('leave the topic of candles to a stream of prices', async () => {
    await putStream('alpha', ['pubsub_topic: alpha']);
    await putStream('beta', ['pubsub_topic: alpha-candles']);
    expect(await found()).toEqual([]);
    const file = join(folder, 'streaming', 'alpha.yaml');
    const prices = 'entity: prices\n  map: {price_time: quote_time, price: bid}';
    await writeFile(file, (await readFile(file, 'utf8')).replace('entity: quotes', prices));
    expect(await found()).toEqual(['streaming/beta.yaml stream.pubsub_topic: The Pub/Sub topic is that of alpha too.']);
  });

  it('leave the names of their tables to no other source', async () => {
    await putStream('alpha');
    await put('alpha_stream', 'a/*.csv');
    expect(await found()).toEqual(['trading/alpha_stream.yaml name: A table of the stream alpha has this name.']);
  });

  it('are compared with files that have the same key', async () => {
    await putStream('alpha', ['reconcile_with: alpha_eod']);
    expect(await found()).toEqual(['streaming/alpha.yaml stream.reconcile_with: There is no source alpha_eod.']);
    await put('alpha_eod', 'a/*.csv');
    expect(await found()).toEqual([
      'streaming/alpha.yaml stream.reconcile_with: Events are compared by quote_id, which alpha_eod has not.',
    ]);
    await put('alpha_eod', 'a/*.csv', 'colour: red\n');
    expect(await found()).toEqual(['trading/alpha_eod.yaml colour: There is no key colour here.']);
    await rm(join(folder, 'trading'), { recursive: true });
    await putStream('alpha', ['reconcile_with: beta']);
    await putStream('beta');
    expect(await found()).toEqual(['streaming/alpha.yaml stream.reconcile_with: A stream is compared with files.']);
  });
});

describe('matchSource', () => {
  it('gives no file to a stream', async () => {
    await mkdir(join(folder, 'streaming'), { recursive: true });
    await writeFile(join(folder, 'streaming', 'venue_quotes.yaml'), STREAM_SPEC);
    const { specs } = await loadSpecs(folder);
    expect(specs).toHaveLength(1);
    expect(matchSource(specs, 'venue/quotes.json')).toEqual([]);
    expect(isControlFileName(specs, 'venue/quotes.json')).toBe(false);
  });

  it('gives the source and the business date', async () => {
    await put('alpha', 'a/t_{business_date:%Y%m%d}.csv');
    const { specs } = await loadSpecs(folder);
    const [match] = matchSource(specs, 'a/t_20230130.csv.gz');
    expect([match?.spec.name, match?.captures.businessDate]).toEqual(['alpha', '2023-01-30']);
    expect(matchSource(specs, 'a/t_20230130.csv.zst')).toHaveLength(1);
    expect(matchSource(specs, 'a/t_20230230.csv')).toEqual([]);
    expect(matchSource(specs, 'b/t_20230130.csv')).toEqual([]);
  });

  it('never takes a control file as data, even where a pattern matches it', async () => {
    await put('alpha', 'a/t_*.csv', "control_file: {type: sidecar_csv, pattern: '{filename}_ctrl.csv', row_count_field: rows}\n");
    const { specs } = await loadSpecs(folder);
    const [spec] = specs;
    expect(spec && controlFileName(spec, 'a/t_1.csv.gz')).toBe('a/t_1_ctrl.csv');
    expect(spec && controlFileName(spec, 'a/t_1.csv.zst')).toBe('a/t_1_ctrl.csv');
    expect(isControlFileName(specs, 'a/t_1_ctrl.csv')).toBe(true);
    expect(matchSource(specs, 'a/t_1_ctrl.csv')).toEqual([]);
    expect(matchSource(specs, 'a/t_1.csv')).toHaveLength(1);
  });

  it('matches enabled specs only', async () => {
    await put('alpha', 'a/*.csv', 'enabled: false\n');
    expect(matchSource((await loadSpecs(folder)).specs, 'a/x.csv')).toEqual([]);
  });
});

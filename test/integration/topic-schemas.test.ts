/**
 * The protobuf schemas that Terraform gives the topics, read by protobuf.js: what the bridge publishes is a message of its topic's schema. The Pub/Sub
 * emulator does not know protobuf schemas.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import protobuf from 'protobufjs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createMessageChecker } from '../../core/engine/message-checker.ts';
import { loadSpecs } from '../../core/spec/load-specs.ts';
import type { SourceSpec } from '../../core/spec/source-spec.ts';
import { createRecordJson } from '../../core/stream/record-json.ts';
import { createSimulation, NO_FAULTS, type StreamKind } from '../../streaming/simulate/index.ts';
import { serverOrSkip } from '../servers/server-tool.ts';
import { TERRAFORM } from '../servers/terraform.ts';
import { HOME } from '../support/command-line.ts';

const STREAMS: readonly StreamKind[] = ['trades', 'quotes', 'orders'];
const CLOCK = { startMicros: Date.parse('2023-01-30T10:00:00Z') * 1000, eventsPerSecond: 1 };

serverOrSkip(TERRAFORM, 'the schemas of the topics', () => {
  let folder = '';
  let specs: readonly SourceSpec[] = [];
  let schemas: Readonly<Record<string, { readonly definition: string }>> = {};

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'topic-schemas-'));
    const factory = { source: join(HOME, 'terraform', 'modules', 'factory'), specs_folder: join(HOME, 'source_specs') };
    const main = {
      module: { factory: { ...factory, name: 'markets-test', environment: 'int' } },
      output: { schemas: { value: '${module.factory.schemas}' } },
    };
    writeFileSync(join(folder, 'main.tf.json'), JSON.stringify(main));
    terraform('init', '-backend=false', '-input=false', '-no-color');
    terraform('apply', '-auto-approve', '-input=false', '-no-color');
    schemas = JSON.parse(terraform('output', '-json', 'schemas')) as typeof schemas;
    specs = (await loadSpecs(join(HOME, 'source_specs'))).specs;
  }, 120_000);
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  function terraform(...words: readonly string[]): string {
    const env = { PATH: process.env['PATH'], TF_CLI_CONFIG_FILE: '/dev/null' };
    const { status, stdout, stderr } = spawnSync('terraform', words, { cwd: folder, encoding: 'utf8', env });
    expect(status, `${stdout}${stderr}`).toBe(0);
    return stdout;
  }

  /** What is wrong with a message: a member that the schema does not know, or of another type; null when nothing is. */
  function faultOf(record: protobuf.Type, text: string): string | null {
    const members = JSON.parse(text) as Record<string, unknown>;
    const unknown = Object.keys(members).find((name) => record.fields[name] === undefined);
    return unknown === undefined ? record.verify(members) : `${unknown}: not in the schema`;
  }

  function recordOf(source: string): protobuf.Type {
    return protobuf.parse(schemas[source]?.definition ?? '', { keepCase: true }).root.lookupType('Record');
  }

  test('there is one for every enabled stream, with every column of its records', () => {
    const streams = specs.filter(({ enabled, source }) => enabled && source.type === 'stream');
    expect(Object.keys(schemas)).toEqual(streams.map(({ name }) => name).toSorted());
    for (const { name, schema } of streams) {
      const { fields } = recordOf(name);
      expect(Object.keys(fields)).toEqual(expect.arrayContaining([...schema.map((column) => column.name), '_extra', '_warnings']));
    }
  });

  test.each(STREAMS)('each good message of exchange_%s is one of the schema, and nothing else is', (kind) => {
    const spec = specs.find(({ name }) => name === `exchange_${kind}`) as SourceSpec;
    const checker = createMessageChecker(spec, { now: '2023-01-30T10:00:00.000000Z' });
    const print = createRecordJson(spec);
    const record = recordOf(spec.name);
    let accepted = 0;
    const simulation = createSimulation({ stream: kind, seed: 7, instruments: 4, count: 500, clock: CLOCK, faults: NO_FAULTS });
    for (let message = simulation.next(); message !== undefined; message = simulation.next()) {
      const checked = checker.check(message.value);
      if (checked.verdict !== 'accepted') continue;
      accepted += 1;
      expect(faultOf(record, print(checked))).toBeNull();
    }
    expect(accepted).toBe(500);
    expect(faultOf(record, print({ cells: spec.schema.map(() => null), extra: '{"more":1}', warnings: [] }))).toBeNull();
    expect(faultOf(record, '{"unknown":"1"}')).toBe('unknown: not in the schema');
    expect(faultOf(record, '{"instrument":1}')).toBe('instrument: string expected');
  });
});

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Report } from '../../core/engine/report.ts';
import { COMMANDS } from '../commands/index.ts';
import type { Envelope } from '../framework/envelope.ts';
import { runCommandLine } from '../framework/command-line.ts';

const SPEC = `name: readings
description: Made for a test
owner: owner@example.com
domain: markets
source:
  path_pattern: readings/*.csv
canonical: {entity: none}
schema:
  - {name: id, type: INT64, nullable: false, description: Key}
  - {name: side, type: STRING, allowed_values: [BUY, SELL], description: Side}
expectations: {frequency: daily}
processing:
  identity: {domain: markets, source_system: TEST, source_id_field: side}
`;
const NOW = ['--now', '2023-01-30T06:00:00Z'];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'validate-'));
  writeFileSync(join(folder, 'readings.yaml'), SPEC);
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function file(content: string | Buffer, name = 'a.csv'): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function run(...words: string[]): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  const written = { stdout: '', stderr: '' };
  const keep = (stream: 'stdout' | 'stderr') => (text: string) => {
    written[stream] += text;
    return Promise.resolve();
  };
  const output = { stdout: keep('stdout'), stderr: keep('stderr') };
  const exitCode = await runCommandLine(['validate', ...words], COMMANDS, output, new AbortController().signal);
  return { exitCode, ...written };
}

function reportOf(stdout: string): Report {
  return (JSON.parse(stdout) as Envelope).data as Report;
}

describe('markets validate', () => {
  it('ends with 0 where every record is good, and finds a spec by its name', async () => {
    const { exitCode, stdout } = await run(file('id,side\n1,BUY\n'), '--spec', 'readings', '--specs', folder, '--json');
    expect(exitCode).toBe(0);
    expect(reportOf(stdout)).toMatchObject({ status: 'accepted', file: 'a.csv', version: 1, staged: 1 });
    expect(readdirSync(folder).toSorted()).toEqual(['a.csv', 'readings.yaml']);
  });

  it('ends with 1 where records are refused, and shows them with line, byte and reason', async () => {
    const { exitCode, stdout } = await run(file('id,side\n1,BUY\nx,HOLD\n'), '--spec', join(folder, 'readings.yaml'));
    expect(exitCode).toBe(1);
    expect(stdout).toContain('2 records');
    expect(stdout).toMatch(/^ +2 +3 +14 {2}TYPE_MISMATCH .*x,HOLD$/m);
    expect(stdout).toMatch(/VALUE_NOT_ALLOWED/);
  });

  it('ends with 2 where the file fails', async () => {
    const whole = gzipSync('id,side\n1,BUY\n');
    const path = file(whole.subarray(0, -4), 'a.csv.gz');
    const { exitCode, stdout } = await run(path, '--spec', 'readings', '--specs', folder, '--json');
    expect(exitCode).toBe(2);
    expect(reportOf(stdout)).toMatchObject({ status: 'failed', findings_by_code: { FILE_COMPRESSION: 1 } });
  });

  it('writes its three files with --out, the same bytes with the same --now, and no valid.parquet of a failed file', async () => {
    const out = join(folder, 'out');
    const words = ['--spec', 'readings', '--specs', folder, '--out', out, ...NOW];
    const path = file('id,side\n1,BUY\nx,HOLD\n');
    const content = async (): Promise<string[]> => {
      await run(path, ...words);
      const names = readdirSync(out).toSorted();
      expect(names).toEqual(['quarantine.jsonl', 'report.json', 'valid.parquet']);
      return names.map((name) => readFileSync(join(out, name), 'latin1').replace(/"duration_ms": \d+/, ''));
    };
    expect(await content()).toEqual(await content());
    await run(file(''), ...words);
    expect(existsSync(join(out, 'valid.parquet'))).toBe(false);
    expect(JSON.parse(readFileSync(join(out, 'report.json'), 'utf8'))).toMatchObject({ findings_by_code: { FILE_EMPTY: 1 } });
  });

  it.each([
    ['a file that is not there', ['nowhere.csv', '--spec', 'readings'], 'CLI_USAGE'],
    ['a spec that is not there', ['a.csv', '--spec', 'reading'], 'SPEC_NOT_FOUND'],
    ['no spec', ['a.csv'], 'CLI_USAGE'],
  ])('ends with 64 for %s', async (_, [name = '', ...words], code) => {
    file('id,side\n');
    const { exitCode, stderr } = await run(join(folder, name), ...words, '--specs', folder);
    expect(exitCode).toBe(64);
    expect(stderr).toContain(code);
  });

  it('judges messages of a stream, one a line', async () => {
    const stream = SPEC.replace('path_pattern: readings/*.csv', 'type: stream').replace(
      'expectations: {frequency: daily}',
      'stream: {kafka_topic: a}',
    );
    writeFileSync(join(folder, 'readings.yaml'), stream);
    const messages = '{"id": 1, "side": "BUY"}\n{"id": 2, "side": "HOLD"}\n{"id": 3,\n';
    const { exitCode, stdout } = await run(file(messages, 'messages.jsonl'), '--spec', 'readings', '--specs', folder, '--json');
    expect(exitCode).toBe(1);
    expect(reportOf(stdout)).toMatchObject({
      source: 'readings',
      ...{ records_in: 3, staged: 1, quarantined: 2 },
      findings_by_code: { VALUE_NOT_ALLOWED: 1, RECORD_UNPARSABLE: 1 },
    });
  });

  it('says what is wrong with a bad spec, and where', async () => {
    writeFileSync(join(folder, 'readings.yaml'), SPEC.replace('type: INT64', 'type: INT46'));
    const { exitCode, stderr } = await run(file('id,side\n'), '--spec', 'readings', '--specs', folder);
    expect(exitCode).toBe(64);
    expect(stderr).toMatch(/readings\.yaml:9:\d+/);
  });
});

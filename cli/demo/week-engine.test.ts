/** The engine's verdict on every file of the demo week against what was put into it: place, bytes and every code. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { outputColumns } from '../../core/engine/output-columns.ts';
import { createFileOutput } from '../../core/engine/output/create-file-output.ts';
import type { QuarantineRecord, Report } from '../../core/engine/report.ts';
import { validateFile } from '../../core/engine/validate-file.ts';
import { requireSpecs } from '../../core/spec/load-specs.ts';
import type { SourceSpec } from '../../core/spec/source-spec.ts';
import type { DataTruth, Delivery } from './files/delivery.ts';
import { demoWeek, type DemoCycle } from './week.ts';

const specs = await requireSpecs(fileURLToPath(new URL('../../source_specs', import.meta.url)));
const files = demoWeek().cycles.flatMap((cycle) =>
  cycle.deliveries.flatMap((delivery) => (delivery.truth.kind === 'data' ? [{ cycle, delivery, truth: delivery.truth }] : [])),
);

test.each(files.map((file) => [file.delivery.object, file.cycle.now.slice(0, 16), file] as const))(
  '%s of %s: exactly the bad records that were put in',
  async (_, __, { cycle, delivery, truth }) => {
    const spec = specs.find(({ name }) => name === truth.source);
    if (spec === undefined) throw new Error(`no spec ${truth.source}`);
    const { report, quarantine } = await judge(spec, cycle, delivery);
    expect(quarantine).toEqual(expected(truth));
    expect(report).toMatchObject({
      status: truth.status,
      records_in: truth.records,
      quarantined: truth.bad.length,
      staged: truth.status === 'failed' ? 0 : truth.records - truth.bad.length,
    });
    expect(report.conservation.holds).toBe(true);
    const fileCodes = report.file_findings.filter(({ severity }) => severity === 'error').map(({ code }) => code);
    expect(fileCodes).toEqual(truth.file_codes);
  },
);

type Place = Pick<QuarantineRecord, 'record' | 'line' | 'byte_offset' | 'byte_length'> & {
  readonly raw_base64: string;
  readonly findings: unknown;
};

function expected(truth: DataTruth): readonly Place[] {
  return truth.bad.map(({ record, line, byte_offset, byte_length, raw_base64, findings }) => ({
    record,
    line,
    byte_offset,
    byte_length,
    raw_base64,
    findings,
  }));
}

async function judge(
  spec: SourceSpec,
  cycle: DemoCycle,
  delivery: Delivery,
): Promise<{ readonly report: Report; readonly quarantine: readonly Place[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'markets-demo-'));
  try {
    const input_path = put(folder, 'in', delivery);
    const control = controlOf(cycle, delivery);
    const output_folder = join(folder, 'out');
    mkdirSync(output_folder);
    const lineage = { load_id: '0'.repeat(32), file: delivery.object, now: cycle.now };
    const output = createFileOutput({ folder: output_folder, ...lineage, columns: outputColumns(spec) });
    const report = await validateFile(
      {
        spec,
        ...lineage,
        version: 1,
        input_path,
        control: control === undefined ? null : { path: put(folder, 'control', control), file: control.object },
        output_folder,
      },
      output,
    );
    return { report, quarantine: quarantineOf(output_folder) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The control file of a data file arrives in its own cycle or, once, in a later one. */
function controlOf(cycle: DemoCycle, delivery: Delivery): Delivery | undefined {
  const stem = delivery.object.replace(/\.[a-z]+$/, '');
  const names = [`${stem}_ctrl.xml`, `${stem}.ctl`];
  const later = demoWeek().cycles.filter(({ now }) => now >= cycle.now);
  return later.flatMap(({ deliveries }) => deliveries).find(({ object }) => names.includes(object));
}

function put(folder: string, part: string, delivery: Delivery): string {
  mkdirSync(join(folder, part));
  const path = join(folder, part, basename(delivery.object));
  writeFileSync(path, delivery.bytes);
  return path;
}

function quarantineOf(folder: string): readonly Place[] {
  const lines = readFileSync(join(folder, 'quarantine.jsonl'), 'utf8').split('\n');
  return lines
    .filter((line) => line !== '')
    .map((line) => {
      const { record, line: at, byte_offset, byte_length, raw, raw_base64, findings } = JSON.parse(line) as QuarantineRecord;
      return {
        record,
        line: at,
        byte_offset,
        byte_length,
        raw_base64: raw_base64 ?? Buffer.from(raw ?? '').toString('base64'),
        findings: findings.map(({ code, column, rule }) => ({ code, column, rule })),
      };
    });
}

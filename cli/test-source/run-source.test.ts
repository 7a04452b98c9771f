import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { requireSpecs } from '../../core/spec/load-specs.ts';
import { publishedCommandOutputs } from '../published-outputs.ts';
import { readEnvironment } from '../framework/environment.ts';
import { renderTestSource } from './render.ts';
import { runSource } from './run-source.ts';

const isTestSource = new Ajv2020().compile(publishedCommandOutputs()['test-source-data.schema.json'] ?? {});
const environment = readEnvironment();
const specsFolder = join(environment.home, 'source_specs');
const specs = await requireSpecs(specsFolder);

// XML with a control file, JSON Lines with a confidential column, and messages of a stream.
test.each(['murex_trades', 'oms_blotter', 'exchange_orders'])(
  '%s: every good row reaches the end of the lane, every bad one is refused for what it was made to break',
  async (name) => {
    const spec = specs.find((each) => each.name === name);
    if (spec === undefined) throw new Error(`no spec ${name}`);
    const signal = new AbortController().signal;
    const outcome = await runSource({ spec, specsFolder, environment, signal, seed: 1, goodRows: 20, now: '2023-02-03T18:30:00.000000Z' });
    expect(isTestSource(outcome), JSON.stringify(isTestSource.errors)).toBe(true);
    expect(outcome.errors).toEqual([]);
    expect(outcome.bad_rows.length).toBeGreaterThan(15);
    expect(outcome.bad_rows.filter((row) => !row.as_intended)).toEqual([]);
    expect(outcome).toMatchObject({ status: 'quarantined', staged: 20, row_count: 20, refused_although_good: [] });
    // Made-up texts of the confidential column.
    expect(renderTestSource(outcome)).not.toMatch(/client comment \d/);
  },
  180_000,
);

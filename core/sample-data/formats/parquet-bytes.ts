/**
 * Sample rows as a Parquet file. Its columns are texts, whatever their types in the spec: only so can a bad row hold a value
 * that is none. The engine reads texts of Parquet as it reads those of JSON.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ParquetWriter } from '../../engine/parquet/parquet-writer.ts';
import { MarketsError } from '../../errors/markets-error.ts';
import type { Column, SourceSpec } from '../../spec/source-spec.ts';
import type { SampleRow } from '../sample-row.ts';

export function parquetBytes(spec: SourceSpec, rows: readonly SampleRow[]): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'sample-parquet-'));
  try {
    const path = join(folder, 'sample.parquet');
    const repeated = spec.schema.map(({ mode }) => mode === 'REPEATED');
    const writer = new ParquetWriter(
      path,
      spec.schema.map((column, index) => ({
        name: nameInFile(spec, column),
        type: { kind: column.type.kind === 'JSON' ? 'JSON' : 'STRING' },
        repeated: repeated[index] === true,
      })),
    );
    for (const { texts } of rows) {
      writer.append(texts.map((text, index) => (repeated[index] === true ? (text === null ? [] : [text]) : text)));
    }
    writer.finish();
    return readFileSync(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function nameInFile(spec: SourceSpec, { name, locator }: Column): string {
  const steps = locator.kind === 'json_path' ? locator.steps : [name];
  if (steps.length === 1) return String(steps[0]);
  throw new MarketsError('SPEC_INVALID', 'A sample Parquet file has no nested columns.', {
    expected: 'path: the name of a column',
    found: steps.join('/'),
    place: { file: spec.spec_file },
  });
}

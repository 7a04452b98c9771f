/** Findings as rows of a part. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ParquetWriter, type ParquetCell } from '../../core/engine/parquet/parquet-writer.ts';
import type { QualityFinding } from '../../core/quality/quality-finding.ts';
import { FINDING_COLUMNS } from '../../core/stream/findings-manifest.ts';

export interface FindingsPlace {
  readonly source: string;
  readonly topic: string;
  readonly partition: number;
}

/** Parquet bytes; the same findings give the same bytes. `scratch` is a folder for a file that is removed again. */
export async function findingsPart(place: FindingsPlace, findings: readonly QualityFinding[], scratch: string): Promise<Buffer> {
  const folder = await mkdtemp(join(scratch, 'findings-'));
  try {
    const path = join(folder, 'part.parquet');
    const writer = new ParquetWriter(path, FINDING_COLUMNS);
    for (const finding of findings) writer.append(findingRow(place, finding));
    writer.finish();
    return await readFile(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** In the order of FINDING_COLUMNS. */
export function findingRow({ source, topic, partition }: FindingsPlace, finding: QualityFinding): readonly ParquetCell[] {
  const { check, column, offset, eventMicros, instrument, measure, threshold, severity, arrivedMs } = finding;
  return [
    ...[source, check, column, topic],
    ...[BigInt(partition), offset, eventMicros, instrument, measure, threshold, severity, BigInt(arrivedMs) * 1000n],
  ];
}

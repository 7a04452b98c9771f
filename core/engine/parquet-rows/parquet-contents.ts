/**
 * The contents of a Parquet file for the record reader: the rows that were written as JSON lines before. The file itself is read
 * for its digests, its size and the number of rows that its footer states.
 */
import { createReadStream } from 'node:fs';
import { CompressionFault } from '../decompress/compression-fault.ts';
import type { InputStream } from '../decompress/input-stream.ts';
import { fileFinding } from '../findings/file-finding.ts';
import type { EngineLimits } from '../limits.ts';
import type { Finding, ValidationJob } from '../report.ts';
import { FooterFault } from './compact-reader.ts';
import { readParquetFooter } from './parquet-footer.ts';

/** A Parquet file that cannot be read, as the finding says. */
export class ParquetFault extends Error {
  readonly finding: Finding;

  constructor(finding: Finding) {
    super(finding.message);
    this.finding = finding;
  }
}

/** Throws ParquetFault, CompressionFault. Nothing comes of a file of no bytes. */
export async function* parquetContents(job: ValidationJob, input: InputStream, limits: EngineLimits): AsyncGenerator<Buffer> {
  const rows = job.parquet_rows ?? null;
  await readWhole(input);
  if (input.delivered.sizeBytes === 0) {
    return;
  }
  if (rows === null || !rows.ok) {
    const problem = rows ?? { code: 'FILE_UNREADABLE' as const, message: 'The rows of the Parquet file were not read.' };
    throw new ParquetFault(fileFinding(problem.code, problem.message));
  }
  for await (const chunk of createReadStream(rows.path, { highWaterMark: limits.chunkBytes })) {
    yield chunk as Buffer;
  }
}

/** Rows that the footer states, read apart from the values. Throws ParquetFault. */
export function rowsOfFooter(path: string): number {
  try {
    return readParquetFooter(path).rows;
  } catch (error) {
    if (error instanceof FooterFault) {
      throw new ParquetFault(fileFinding('FILE_UNREADABLE', `The file is no whole Parquet file: ${error.message}.`));
    }
    throw error;
  }
}

async function readWhole(input: InputStream): Promise<void> {
  try {
    const chunks = input.chunks();
    while ((await chunks.next()).done !== true);
  } catch (error) {
    // A name that says gzip or zstd: what the file is shows when its rows were read.
    if (!(error instanceof CompressionFault) || error.kind === 'too_large') {
      throw error;
    }
  }
}

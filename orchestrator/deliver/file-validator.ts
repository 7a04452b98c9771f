/** The engine as the lane sees it: a file in, its verdict and outputs back. A pool of confined processes is one. */
import { createReadStream } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isMarketsError } from '../../core/errors/markets-error.ts';
import { crashReport } from '../../core/engine/process/crash-report.ts';
import type { ValidationRequest, ValidationResult } from '../../core/engine/process/validation-pool.ts';
import type { Report } from '../../core/engine/report.ts';
import { digestStream } from './spool.ts';

export interface FileValidator {
  /** Throws ENGINE_CHILD where the engine gave no verdict on this file. */
  validate(request: ValidationRequest): Promise<ValidationResult>;
}

export interface Verdict {
  readonly report: Report;
  /** Holds report.json and, where there are such rows, quarantine.jsonl and valid.parquet. */
  readonly outputFolder: string;
  release(): Promise<void>;
}

/** A verdict in any case: a file on which the engine crashed, ran out of memory or out of time is a failed file. */
export async function verdictOn(
  validator: FileValidator,
  request: ValidationRequest & { readonly input: { readonly path: string } },
  engineVersion: string,
  scratchFolder: string,
): Promise<Verdict> {
  const startedMs = performance.now();
  try {
    const result = await validator.validate(request);
    return {
      report: result.report,
      outputFolder: result.outputFolder,
      release: async () => {
        result.release();
        await Promise.resolve();
      },
    };
  } catch (error) {
    // A pool that is being closed says nothing about the file.
    if (!isMarketsError(error, 'ENGINE_CHILD') || error.details['reason'] === 'closed') throw error;
    const { sha256, sizeBytes } = await digestStream(createReadStream(request.input.path));
    const durationMs = Math.round(performance.now() - startedMs);
    const delivered = { sha256, bytes: sizeBytes, engine_version: engineVersion, duration_ms: durationMs };
    const report = crashReport(request, delivered, error);
    const outputFolder = join(scratchFolder, 'crashed');
    await mkdir(outputFolder, { recursive: true });
    await writeFile(join(outputFolder, 'report.json'), `${JSON.stringify(report, null, 2)}\n`);
    return {
      report,
      outputFolder,
      release: async () => {
        await rm(outputFolder, { recursive: true, force: true });
      },
    };
  }
}

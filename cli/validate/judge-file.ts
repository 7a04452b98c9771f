/** Judges one file in a confined process, without a platform: no root, no events, version 1. */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ENGINE_VERSION } from '../../core/engine/engine-version.ts';
import { reportText } from '../../core/engine/output/report-file.ts';
import { crashReport } from '../../core/engine/process/crash-report.ts';
import type { ValidationPool, ValidationRequest } from '../../core/engine/process/validation-pool.ts';
import type { Report } from '../../core/engine/report.ts';
import { QUARANTINE_FILE, REPORT_FILE, VALID_FILE } from '../../core/engine/result-files.ts';
import { isMarketsError, MarketsError } from '../../core/errors/markets-error.ts';
import { loadId } from '../../core/identity/load-id.ts';
import { controlFileName } from '../../core/spec/control-file-name.ts';
import { messagesAsFile } from '../../core/spec/messages-as-file.ts';
import type { SourceSpec } from '../../core/spec/source-spec.ts';

export interface FileToJudge {
  /** Absolute path. */
  readonly path: string;
  readonly spec: SourceSpec;
  /** Receives report.json, quarantine.jsonl and valid.parquet; undefined for none. */
  readonly outputFolder: string | undefined;
  readonly now: string;
}

/** The verdict, of a stream's messages as if each line came by itself; also where the process crashed or went over a limit. What the engine itself got wrong is thrown. */
export async function judgeFile(file: FileToJudge, pool: ValidationPool): Promise<Report> {
  const startedMs = performance.now();
  const spec = messagesAsFile(file.spec);
  const delivered = await digest(file.path);
  const name = basename(file.path);
  const request: ValidationRequest = {
    spec,
    file: name,
    load_id: loadId({ source: spec.name, object: name, sha256: delivered.sha256, version: 1, spec_version: spec.spec_version }),
    version: 1,
    now: file.now,
    input: { path: file.path },
    control: await controlBeside(file.path, spec),
  };
  try {
    const result = await pool.validate(request);
    if (file.outputFolder !== undefined) await keep(result.outputFolder, file.outputFolder);
    return result.report;
  } catch (error) {
    const failure = fileFailure(error);
    const durationMs = Math.round(performance.now() - startedMs);
    const report = crashReport(request, { ...delivered, engine_version: ENGINE_VERSION, duration_ms: durationMs }, failure);
    if (file.outputFolder !== undefined) {
      await clear(file.outputFolder);
      await writeFile(join(file.outputFolder, REPORT_FILE), reportText(report));
    }
    return report;
  }
}

/** A crash or a limit is the file's failure; what the engine threw, or a stop, is not. */
function fileFailure(error: unknown): MarketsError {
  if (!isMarketsError(error, 'ENGINE_CHILD')) throw error;
  const reason = error.details['reason'];
  if (reason === 'error') {
    throw new MarketsError('ENGINE_INVARIANT', error.message, { cause: error.cause, ...(error.found && { found: error.found }) });
  }
  if (reason === 'closed') throw error;
  return error;
}

async function digest(path: string): Promise<{ readonly sha256: string; readonly bytes: number }> {
  const hash = createHash('sha256');
  const stream = createReadStream(path, { highWaterMark: 1024 * 1024 });
  await pipeline(stream, hash);
  return { sha256: hash.digest('hex'), bytes: stream.bytesRead };
}

/** The control file that the spec names, where it lies beside the file. */
async function controlBeside(path: string, spec: SourceSpec): Promise<NonNullable<ValidationRequest['control']> | null> {
  const wanted = controlFileName(spec, basename(path));
  if (wanted === null) return null;
  const control = join(dirname(path), basename(wanted));
  const found = await stat(control).catch(() => undefined);
  return found?.isFile() === true ? { file: basename(control), input: { path: control } } : null;
}

async function keep(from: string, to: string): Promise<void> {
  await clear(to);
  for (const name of [VALID_FILE, QUARANTINE_FILE, REPORT_FILE]) {
    // A failed file has no valid.parquet.
    if (existsSync(join(from, name))) await rename(join(from, name), join(to, name));
  }
}

/** What an earlier validation left must not stand beside the new report. */
async function clear(folder: string): Promise<void> {
  for (const name of [VALID_FILE, QUARANTINE_FILE, REPORT_FILE]) await rm(join(folder, name), { force: true });
}

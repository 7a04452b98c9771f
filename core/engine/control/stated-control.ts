/** Where the statement about a file comes from: the control file that came with the job, or a record of the file. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileFinding } from '../findings/file-finding.ts';
import type { Finding, ValidationJob } from '../report.ts';
import type { Severity } from '../../spec/source-spec.ts';
import { readControlFile, readControlRecord } from './read-control-file.ts';
import type { ControlReading } from './control-statement.ts';

/** null when the job has no control file. */
export async function readSidecar(job: ValidationJob): Promise<ControlReading | null> {
  return job.control === null ? null : readControlFile(await readFile(job.control.path), job.spec, basename(job.file));
}

/** The statement of the record of the file itself, `fields`; null when the spec has none. */
export function readOwnRecord(job: ValidationJob, fields: readonly string[] | null): ControlReading | null {
  const control = job.spec.control_file;
  if (control === null || (control.type !== 'trailer' && control.type !== 'header')) {
    return null;
  }
  return fields === null ? { ok: false, problem: `The file has no ${control.type} record.` } : readControlRecord(fields, control);
}

/** A statement that is missing where one is wanted, or cannot be read; null when there is nothing to say. */
export function missingStatement(
  job: ValidationJob,
  reading: ControlReading | null,
): { readonly finding: Finding; readonly severity: Severity } | null {
  const control = job.spec.control_file;
  if (control === null || reading?.ok === true) {
    return null;
  }
  if (reading !== null) {
    return { finding: fileFinding('CONTROL_MISSING', reading.problem), severity: 'error' };
  }
  if (!control.required) {
    return null;
  }
  // Waiting for a control file is the caller's business; where nobody waited its absence only is worth a word.
  const overdue = job.control_overdue === true;
  const message = overdue ? 'The control file did not come in time.' : 'The file was judged without a control file.';
  return { finding: fileFinding('CONTROL_MISSING', message, { expected: control.pattern }), severity: overdue ? 'error' : 'warning' };
}

/** One job from its message to its files: what a validation process does again and again. */
import { createFileOutput } from '../output/create-file-output.ts';
import { outputColumns } from '../output-columns.ts';
import { createRowOutput } from '../parquet-rows/row-output.ts';
import { writeReport } from '../output/report-file.ts';
import type { Report } from '../report.ts';
import { validateFile } from '../validate-file.ts';
import type { ValidateMessage } from './messages.ts';

/** Writes valid.parquet, quarantine.jsonl and report.json into the job's output folder; where it throws, none that counts is left. */
export async function validateJob({ job, limits }: ValidateMessage): Promise<Report> {
  const createOutput = job.spec.source.format === 'parquet' ? createRowOutput : createFileOutput;
  const output = createOutput({
    folder: job.output_folder,
    load_id: job.load_id,
    file: job.file,
    now: job.now,
    columns: outputColumns(job.spec),
  });
  try {
    const report = await validateFile(job, output, limits);
    writeReport(job.output_folder, report);
    return report;
  } finally {
    output.abort();
  }
}

/** Judges the same bytes in one sequential reading and range by range, for tests that hold the two together. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { EngineLimits } from '../limits.ts';
import type { FileOutput } from '../output/file-output.ts';
import type { QuarantineRecord, Report } from '../report.ts';
import { query } from './duckdb-values.ts';
import { judgeBytes, type BytesToJudge } from './judge-bytes.ts';

/** Everything that may not depend on how a file is read. */
export interface Outcome {
  /** Without the time that it took. */
  readonly report: Report;
  readonly quarantine: readonly QuarantineRecord[];
  /** Rows of valid.parquet, lineage and all; null where the file failed. */
  readonly rows: readonly unknown[] | null;
}

export async function judgeInOneReading(parent: string, input: BytesToJudge): Promise<Outcome> {
  return await outcomeOf(parent, { ...input, output: withoutJoining });
}

export async function judgeInRanges(parent: string, input: BytesToJudge, limits: Partial<EngineLimits>): Promise<Outcome> {
  return await outcomeOf(parent, { ...input, limits: { ...input.limits, minWorkerBytes: 0, ...limits } });
}

/** An output that takes single records only, which no range can be joined to. */
function withoutJoining(output: FileOutput): FileOutput {
  return {
    stage: (...record) => {
      output.stage(...record);
    },
    quarantine: (...record) => {
      output.quarantine(...record);
    },
    hold: (span) => {
      output.hold(span);
    },
    nonRecord: (...span) => {
      output.nonRecord(...span);
    },
    finish: (outcome) => output.finish(outcome),
    abort: () => {
      output.abort();
    },
  };
}

let judgedFiles = 0;

async function outcomeOf(parent: string, input: BytesToJudge): Promise<Outcome> {
  judgedFiles += 1;
  const name = `judged-${String(judgedFiles)}`;
  const { report, quarantine, folder } = await judgeBytes(parent, name, input);
  const rows = report.status === 'failed' ? null : await rowsOf(join(folder, 'valid.parquet'));
  rmSync(folder, { recursive: true });
  rmSync(`${folder}.data`);
  return { report: { ...report, duration_ms: 0 }, quarantine, rows };
}

async function rowsOf(path: string): Promise<readonly unknown[]> {
  return await query(`select * from '${path}'`);
}

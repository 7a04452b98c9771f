/**
 * Judges one file from its bytes to its report: decompress, decode, split into records, type, rules, keys, file rules,
 * control file, conservation. Bad data never throws: it is in the report. What throws is broken infrastructure or a bug
 * of ours. The same file, spec and moment give the same output, but for duration_ms.
 */
import { performance } from 'node:perf_hooks';
import { CompressionFault } from './decompress/gzip-decoder.ts';
import { InputStream } from './decompress/input-stream.ts';
import { ENGINE_VERSION } from './engine-version.ts';
import { FileJudge, type RecordObserver } from './file-judge.ts';
import { fileFinding } from './findings/file-finding.ts';
import { ENGINE_LIMITS, type EngineLimits } from './limits.ts';
import type { FileOutput, Tiling } from './output/file-output.ts';
import { createRecordChecker } from './record-checker.ts';
import { RecordFeed } from './record-feed.ts';
import type { FileStatus, Report, ValidationJob } from './report.ts';

/** Reads the whole file and closes `output`. Memory is bounded by `limits`, not by the file. */
export async function validateFile(job: ValidationJob, output: FileOutput, limits: EngineLimits = ENGINE_LIMITS): Promise<Report> {
  const startedAt = performance.now();
  const observer: RecordObserver = { refuse: () => [], warn: () => [], staged: () => undefined };
  const checker = createRecordChecker(job.spec, { now: job.now });
  const judge = new FileJudge(job, limits, { checker, output, observer });
  const input = openInput(job, limits);
  const totalBytes = await readAll(job, input, { judge, output, limits });
  const tiling = await output.finish({ failed: judge.hasFailed, decompressedBytes: totalBytes });
  if (!tiling.holds) {
    judge.failFile(fileFinding('CONSERVATION', `The spans of the file do not tile it: ${tiling.fault ?? ''}.`));
  }
  return reportOf(job, { judge, input, tiling, totalBytes, startedAt });
}

function openInput(job: ValidationJob, limits: EngineLimits): InputStream {
  const megabytes = job.spec.expectations.max_file_size_mb;
  return new InputStream({
    path: job.input_path,
    file: job.file,
    digests: [],
    maxBytes: megabytes === null ? Number.MAX_SAFE_INTEGER : megabytes * 1024 * 1024,
    limits,
  });
}

interface Reading {
  readonly judge: FileJudge;
  readonly output: FileOutput;
  readonly limits: EngineLimits;
}

/** Gives the number of decompressed bytes that were seen. */
async function readAll(job: ValidationJob, input: InputStream, reading: Reading): Promise<number> {
  const { judge, output } = reading;
  const feed = new RecordFeed(job.spec, reading.limits, judge);
  try {
    for await (const chunk of input.chunks()) {
      feed.write(chunk);
      const pressure = output.pressure();
      if (pressure !== null) {
        await pressure;
      }
    }
    if (feed.totalBytes === 0) {
      judge.failFile(fileFinding('FILE_EMPTY', 'The file has no bytes.'));
    } else {
      feed.end();
    }
  } catch (error) {
    if (!(error instanceof CompressionFault)) {
      throw error;
    }
    judge.failFile(fileFinding(error.kind === 'damaged' ? 'FILE_COMPRESSION' : 'FILE_TOO_LARGE', error.message));
    feed.abandon();
  }
  return feed.totalBytes;
}

interface Result {
  readonly judge: FileJudge;
  readonly input: InputStream;
  readonly tiling: Tiling;
  readonly totalBytes: number;
  readonly startedAt: number;
}

function reportOf(job: ValidationJob, { judge, input, tiling, totalBytes, startedAt }: Result): Report {
  const failed = judge.hasFailed;
  const status: FileStatus = failed ? 'failed' : judge.bad > 0 ? 'quarantined' : 'accepted';
  const digests = input.delivered.finish();
  return {
    source: job.spec.name,
    file: job.file,
    load_id: job.load_id,
    version: job.version,
    sha256: digests.get('sha256') ?? '',
    md5: digests.get('md5') ?? null,
    crc32c: digests.get('crc32c') ?? null,
    bytes: input.delivered.sizeBytes,
    decompressed_bytes: totalBytes,
    status,
    records_in: judge.records,
    staged: failed ? 0 : judge.good,
    quarantined: judge.bad,
    not_loaded: failed ? judge.good + judge.held : 0,
    warnings: judge.warnings,
    duplicate_in_file: judge.duplicates,
    findings_by_code: Object.fromEntries([...judge.byCode].toSorted(([a], [b]) => (a < b ? -1 : 1))),
    warnings_by_rule: Object.fromEntries([...judge.warningsByRule].toSorted(([a], [b]) => (a < b ? -1 : 1))),
    file_findings: judge.fileFindings,
    control: null,
    conservation: { ...tiling, tokenizer_records: null },
    first_bad_records: judge.firstBad,
    spec_version: job.spec.spec_version,
    engine_version: ENGINE_VERSION,
    now: job.now,
    duration_ms: Math.round(performance.now() - startedAt),
  };
}

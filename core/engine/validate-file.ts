/**
 * Judges one file from its bytes to its report: decompress, decode, split into records, type, rules, keys, file rules,
 * control file, conservation. Bad data never throws: it is in the report. What throws is broken infrastructure or a bug
 * of ours. The same file, spec and moment give the same output, but for duration_ms.
 */
import { statSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { compressionOf } from '../spec/compression.ts';
import { CompressionFault } from './decompress/compression-fault.ts';
import { InputStream } from './decompress/input-stream.ts';
import { ENGINE_VERSION } from './engine-version.ts';
import { isCountedTwice } from './conservation/tokenizer.ts';
import { checksumAlgorithm, compareControl, type FileFacts } from './control/compare-control.ts';
import type { ControlReading } from './control/control-statement.ts';
import { ControlTotals } from './control/control-totals.ts';
import { missingStatement, readOwnRecord, readSidecar } from './control/stated-control.ts';
import { FileJudge, type JudgeParts } from './file-judge.ts';
import { InlineRunner } from './ranges/inline-runner.ts';
import { WorkerRunner } from './ranges/worker-runner.ts';
import { rangeFormatOf } from './ranges/range-formats.ts';
import { RangeFeed } from './ranges/range-feed.ts';
import type { JoinedOutput } from './output/create-file-output.ts';
import { mayAggregateApart } from './rules/aggregates.ts';
import { FileRules, tooManyBadRows } from './rules/file-rules.ts';
import { microsOf } from './rules/moment.ts';
import { UniqueKeys } from './uniqueness/unique-keys.ts';
import { fileFinding } from './findings/file-finding.ts';
import { ENGINE_LIMITS, type EngineLimits } from './limits.ts';
import type { FileOutput, Tiling } from './output/file-output.ts';
import { createRecordChecker } from './record-checker.ts';
import { parquetContents, ParquetFault, rowsOfFooter } from './parquet-rows/parquet-contents.ts';
import { withoutPlace } from './parquet-rows/row-output.ts';
import { RecordFeed } from './record-feed.ts';
import type { ControlComparison, FileStatus, Finding, Report, ValidationJob } from './report.ts';

/** Reads the whole file and closes `output`. Memory is bounded by `limits`, not by the file. */
export async function validateFile(job: ValidationJob, output: FileOutput, limits: EngineLimits = ENGINE_LIMITS): Promise<Report> {
  const startedAt = performance.now();
  const parts = openParts(job, output, limits);
  try {
    const sidecar = await readSidecar(job);
    const judge = new FileJudge(job, limits, parts);
    const input = openInput(job, limits, sidecar);
    const { totalBytes, tokenizerRecords } = await readAll(job, input, { ...parts, judge, output, limits });
    const facts = { records: judge.records, delivered: input.delivered.finish(), decompressed: input.decompressed.finish() };
    const control = judgeFile(job, judge, parts, facts, sidecar ?? readOwnRecord(job, judge.controlFields));
    checkTokenizer(judge, tokenizerRecords);
    const tiling = await output.finish({ failed: judge.hasFailed, decompressedBytes: totalBytes });
    if (!tiling.holds) {
      judge.failFile(fileFinding('CONSERVATION', `The spans of the file do not tile it: ${tiling.fault ?? ''}.`));
    }
    return reportOf(job, { judge, facts, bytes: input.delivered.sizeBytes, control, tiling, tokenizerRecords, totalBytes, startedAt });
  } finally {
    parts.keys.close();
    parts.rules.close();
  }
}

/** The keys know what the file has had so far. */
type FileParts = JudgeParts & { readonly keys: UniqueKeys };

function openParts(job: ValidationJob, output: FileOutput, limits: EngineLimits): FileParts {
  const { spec, now, output_folder: folder } = job;
  const keys = new UniqueKeys(spec, folder, limits);
  const distinct = { folder, maxKeysInMemory: limits.maxKeysInMemory };
  return {
    checker: createRecordChecker(spec, { now }),
    output,
    keys,
    rules: new FileRules({ spec, now: microsOf(now), seed: keys.seed, distinct }),
    totals: new ControlTotals(spec),
  };
}

function openInput(job: ValidationJob, limits: EngineLimits, sidecar: ControlReading | null): InputStream {
  const megabytes = job.spec.expectations.max_file_size_mb;
  const checksum = sidecar?.ok === true ? sidecar.statement.checksum : null;
  const algorithm = checksum === null ? null : checksumAlgorithm(checksum, job.spec);
  return new InputStream({
    path: job.input_path,
    file: job.file,
    digests: algorithm === null ? [] : [algorithm],
    maxBytes: megabytes === null ? Number.MAX_SAFE_INTEGER : megabytes * 1024 * 1024,
    limits,
  });
}

type Facts = Omit<FileFacts, 'totals'>;

/** File rules, limits of bad records, control file. A file that could not be read is not held to what its records say. */
function judgeFile(
  job: ValidationJob,
  judge: FileJudge,
  parts: JudgeParts,
  facts: Facts,
  control: ControlReading | null,
): ControlComparison | null {
  if (judge.hasFailed) {
    return null;
  }
  const missing = missingStatement(job, control);
  if (missing !== null) {
    judge.fileFinding(missing.finding, missing.severity);
  }
  for (const { finding, severity } of parts.rules.failures(judge.records)) {
    judge.fileFinding(finding, severity);
  }
  const tooMany = tooManyBadRows(job.spec, judge.bad, judge.records);
  if (tooMany !== null) {
    judge.failFile(tooMany);
  }
  if (control?.ok !== true) {
    return null;
  }
  const all = { ...facts, totals: parts.totals.results() };
  const compared = compareControl(control.statement, job.control?.file ?? null, job.spec, all);
  for (const { finding, severity } of compared.findings) {
    judge.fileFinding(finding, severity);
  }
  return compared.comparison;
}

interface BytesRead {
  /** Decompressed. */
  readonly totalBytes: number;
  /** null where the second way of counting does not apply. */
  readonly tokenizerRecords: number | null;
}

/** What takes the bytes of a file and accounts for each of them. */
interface FileFeed {
  readonly totalBytes: number;
  /** Where the next bytes are best read to, for a feed that keeps them. */
  room?(): Buffer;
  write(chunk: Buffer): void | Promise<void>;
  /** The file ends here. */
  end(): void | Promise<void>;
  /** Nothing behind what came can be had. */
  abandon(): void | Promise<void>;
  /** Records by the second way of counting; null where it does not apply. */
  tokenizerRecords(): number | null;
  close(): void;
}

interface Reading {
  readonly judge: FileJudge;
  readonly output: FileOutput;
  readonly totals: ControlTotals;
  readonly rules: FileRules;
  readonly keys: UniqueKeys;
  readonly limits: EngineLimits;
}

async function readAll(job: ValidationJob, input: InputStream, reading: Reading): Promise<BytesRead> {
  const { judge, limits } = reading;
  const feed = openFeed(job, reading);
  const isParquet = job.spec.source.format === 'parquet';
  let footerRows: number | null = null;
  try {
    for await (const chunk of isParquet ? parquetContents(job, input, limits) : input.chunks(() => feed.room?.() ?? null)) {
      await feed.write(chunk);
    }
    if ((isParquet ? input.delivered.sizeBytes : feed.totalBytes) === 0) {
      judge.failFile(fileFinding('FILE_EMPTY', 'The file has no bytes.'));
    } else {
      await feed.end();
      footerRows = isParquet ? rowsOfFooter(job.input_path) : null;
    }
  } catch (error) {
    const finding = findingOf(error);
    // What was wrong before the damage stands first, whether or not it was judged by now.
    await feed.abandon();
    judge.failFile(finding);
  } finally {
    feed.close();
  }
  if (isParquet) {
    return { totalBytes: input.delivered.sizeBytes, tokenizerRecords: footerRows };
  }
  return {
    totalBytes: feed.totalBytes,
    tokenizerRecords: isCountedTwice((code) => judge.byCode.has(code)) ? feed.tokenizerRecords() : null,
  };
}

/** How many times as large as it is delivered a compressed file is, about. */
const COMPRESSED_TIMES = 8;

/** Range by range where the file is not small, the output can join ranges and the format can be cut; else record by record. */
function openFeed(job: ValidationJob, { judge, output, limits, totals, rules, keys }: Reading): FileFeed {
  const { format, encoding } = job.spec.source;
  const fileBytes = statSync(job.input_path).size;
  // What is compressed is larger than it seems.
  const leastBytes = compressionOf(job.file) === null ? fileBytes : fileBytes * COMPRESSED_TIMES;
  if (leastBytes < limits.minRangeBytes) return new RecordFeed(job.spec, limits, judge);
  if (rangeFormatOf(format) === null || encoding.startsWith('utf-16') || !('join' in output) || !mayAggregateApart(job.spec)) {
    return new RecordFeed(job.spec, limits, judge);
  }
  const isLarge = limits.workers > 0 && fileBytes >= limits.minWorkerBytes;
  const file = { job, limits, fileBytes, seed: keys.seed };
  const runner = isLarge ? new WorkerRunner(file) : new InlineRunner(file);
  return new RangeFeed({
    job,
    limits,
    judge,
    totals,
    fileRules: rules,
    keys,
    output: output as JoinedOutput,
    runner,
    expectedBytes: fileBytes,
  });
}

/** What a file's own fault says; whatever else went wrong is thrown on. */
function findingOf(error: unknown): Finding {
  if (error instanceof ParquetFault) {
    return error.finding;
  }
  if (error instanceof CompressionFault) {
    return fileFinding(error.kind === 'damaged' ? 'FILE_COMPRESSION' : 'FILE_TOO_LARGE', error.message);
  }
  throw error;
}

function checkTokenizer(judge: FileJudge, tokenizerRecords: number | null): void {
  if (tokenizerRecords !== null && tokenizerRecords !== judge.records) {
    const message = `The reader split ${judge.records} records, the tokenizer counts ${tokenizerRecords}.`;
    judge.failFile(fileFinding('CONSERVATION', message, { found: String(judge.records), expected: String(tokenizerRecords) }));
  }
}

interface Result {
  readonly judge: FileJudge;
  readonly facts: Facts;
  readonly bytes: number;
  readonly control: ControlComparison | null;
  readonly tiling: Tiling;
  readonly tokenizerRecords: number | null;
  readonly totalBytes: number;
  readonly startedAt: number;
}

function reportOf(job: ValidationJob, result: Result): Report {
  const { judge, facts, bytes, control, tiling, tokenizerRecords, totalBytes, startedAt } = result;
  const failed = judge.hasFailed;
  const status: FileStatus = failed ? 'failed' : judge.bad > 0 ? 'quarantined' : 'accepted';
  const digests = facts.delivered;
  return {
    source: job.spec.name,
    file: job.file,
    load_id: job.load_id,
    version: job.version,
    sha256: digests.get('sha256') ?? '',
    md5: digests.get('md5') ?? null,
    crc32c: digests.get('crc32c') ?? null,
    bytes,
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
    control,
    conservation: { ...tiling, holds: tiling.holds && !judge.byCode.has('CONSERVATION'), tokenizer_records: tokenizerRecords },
    first_bad_records: job.spec.source.format === 'parquet' ? judge.firstBad.map((record) => withoutPlace(record)) : judge.firstBad,
    spec_version: job.spec.spec_version,
    engine_version: ENGINE_VERSION,
    now: job.now,
    duration_ms: Math.round(performance.now() - startedAt),
  };
}

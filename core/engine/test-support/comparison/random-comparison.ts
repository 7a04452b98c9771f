/** The comparison that belongs to a seed: spec, file, damage and limits. */
import { gzipSync } from 'node:zlib';
import type { SourceSpec } from '../../../spec/source-spec.ts';
import type { PlainFormat } from '../plain-spec.ts';
import { oracleFile } from '../oracle/oracle-file.ts';
import { SeededRandom } from '../oracle/seeded-random.ts';
import type { ComparedFile, Way } from './judge-both-ways.ts';
import { mutateBytes } from './mutate-bytes.ts';
import { randomCsvFile } from './random-csv-file.ts';
import { randomCsvSpec } from './random-spec.ts';
import { randomControl, withAggregates } from './random-sums.ts';

export interface Comparison extends ComparedFile {
  readonly ways: readonly Way[];
  /** Places of the file that were changed. */
  readonly mutations: number;
}

const RECORD_BYTES = [40, 100, 300, 4096, 1024 * 1024] as const;
const RANGE_BYTES = [1, 64, 500, 5000, 16 * 1024 * 1024] as const;
const CHUNK_BYTES = [1, 7, 61, 4096, 256 * 1024] as const;
/** Threads are slow to answer. */
/** Each scanner is WebAssembly, or none is. */
const WASM_BYTES = [0, Number.MAX_SAFE_INTEGER];
const WORKERS_SHARE = 0.03;
/** A file is cut into no more chunks and ranges than this: every one costs time, whatever its size. */
const MAX_CHUNKS = [100, 100, 100, 1000] as const;
const MAX_RANGES = 25;

export interface ComparisonSize {
  readonly rows: number;
  readonly mutations: number;
  /** Where there are any; 1 otherwise. */
  readonly leastMutations?: number;
}

const FORMATS: readonly PlainFormat[] = ['csv', 'json', 'jsonl', 'xml'];
const RANDOM_CSV_SHARE = 0.7;
const SMALL: ComparisonSize = { rows: 30, mutations: 8 };
const LARGE: ComparisonSize = { rows: 500, mutations: 300, leastMutations: 100 };
/** As many in so many bytes; what a file costs, whatever its size, is shared by more. */
const LARGE_CSV: ComparisonSize = { rows: 2000, mutations: 1200, leastMutations: 400 };

/** Seeds that share their spec and their file, each with other damage and other cuts: code that was made for the spec serves all. */
export const GROUP_SEEDS = 16;

/** What is damaged. */
interface Original {
  readonly spec: SourceSpec;
  readonly content: Buffer;
  /** Bytes that stay as they are. */
  readonly preambleBytes: number;
  readonly control: string | null;
  readonly size: ComparisonSize;
}

const WHOLE_SHARE = 0.15;
/** Most of a group have the same file: once or twice in it undamaged is enough. */
const WHOLE_SHARE_OF_GROUP = 0.05;
let latest: { readonly group: number; readonly original: Original } | null = null;

/** Of any format and size. */
export function anyComparison(seed: number): Comparison {
  const group = Math.floor(seed / GROUP_SEEDS);
  if (latest?.group !== group) latest = { group, original: anyOriginal(new SeededRandom(group)) };
  return comparison(latest.original, new SeededRandom(seed), WHOLE_SHARE_OF_GROUP);
}

function anyOriginal(random: SeededRandom): Original {
  const isSmall = random.chance(0.15);
  if (random.chance(RANDOM_CSV_SHARE)) return csvOriginal(random, isSmall ? SMALL : LARGE_CSV);
  return formatOriginal(random, random.pick(FORMATS), isSmall ? SMALL : LARGE);
}

/** A CSV file with a random spec. */
export function csvComparison(seed: number, size: ComparisonSize): Comparison {
  const random = new SeededRandom(seed);
  return comparison(csvOriginal(random, size), random, WHOLE_SHARE);
}

/** A file of one of the oracle's formats. */
export function formatComparison(seed: number, format: PlainFormat, size: ComparisonSize): Comparison {
  const random = new SeededRandom(seed);
  return comparison(formatOriginal(random, format, size), random, WHOLE_SHARE);
}

function csvOriginal(random: SeededRandom, size: ComparisonSize): Original {
  const spec = randomCsvSpec(random);
  const { bytes, preambleBytes } = randomCsvFile(spec, random.integer(0, size.rows), random);
  return original(spec, bytes, random.chance(0.9) ? preambleBytes : 0, size, random);
}

function formatOriginal(random: SeededRandom, format: PlainFormat, size: ComparisonSize): Original {
  const { spec, content } = oracleFile(random.integer(0, 2 ** 31), format);
  const apart = { ...spec, schema: spec.schema.map((column) => ({ ...column, unique: false })) };
  return original(random.chance(0.5) ? apart : spec, content, 0, size, random);
}

function original(plain: SourceSpec, content: Buffer, preambleBytes: number, size: ComparisonSize, random: SeededRandom): Original {
  const beside = plain.control_file === null && random.chance(0.25) ? randomControl(plain, random) : null;
  const spec = { ...withAggregates(plain, random), control_file: beside?.control_file ?? plain.control_file };
  return { spec, content, preambleBytes: Math.min(preambleBytes, content.length), control: beside?.content ?? null, size };
}

function comparison({ spec, content, preambleBytes, control, size }: Original, random: SeededRandom, wholeShare: number): Comparison {
  const mutations = random.chance(wholeShare) ? 0 : random.integer(size.leastMutations ?? 1, size.mutations);
  const bytes = mutations === 0 ? content : mutateBytes(content, mutations, preambleBytes, random);
  const isGzip = random.chance(0.03);
  const packed = isGzip ? gzipSync(bytes) : bytes;
  const delivered = isGzip && random.chance(0.6) ? packed.subarray(0, random.integer(0, packed.length)) : packed;
  const most = random.pick(MAX_CHUNKS);
  const chunks = CHUNK_BYTES.filter((count) => count * most > bytes.length);
  const ranges = [...RANGE_BYTES, 150, 1500].filter((count) => count * MAX_RANGES > bytes.length);
  const way = (): Way => ({ rangeBytes: random.pick(ranges), chunkBytes: random.pick(chunks), minWasmBytes: random.pick(WASM_BYTES) });
  const ways = [way(), way()];
  if (random.chance(WORKERS_SHARE)) ways.push({ ...ways[0], workers: 2, minWorkerBytes: 0 });
  const sizes = { maxRecordBytes: random.pick(RECORD_BYTES), chunkBytes: random.pick(chunks) };
  const limits = { ...sizes, maxFields: random.pick([spec.schema.length + 2, 16_384]), maxKeysInMemory: random.pick([16, 256 * 1024]) };
  return { spec, file: isGzip ? 'file.gz' : 'file', control, delivered, limits, ways, mutations };
}

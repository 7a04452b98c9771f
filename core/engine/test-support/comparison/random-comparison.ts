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
/** A file is cut into no more chunks and ranges than this: every one costs time, whatever its size. */
/** Threads are slow to answer. */
const WORKERS_SHARE = 0.03;
const MAX_CHUNKS = 1000;
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

/** Of any format and size. */
export function anyComparison(seed: number): Comparison {
  const random = new SeededRandom(seed);
  const size = random.chance(0.3) ? SMALL : LARGE;
  const own = random.integer(0, 2 ** 31);
  return random.chance(RANDOM_CSV_SHARE) ? csvComparison(own, size) : formatComparison(own, random.pick(FORMATS), size);
}

/** A CSV file with a random spec. */
export function csvComparison(seed: number, size: ComparisonSize): Comparison {
  const random = new SeededRandom(seed);
  const spec = randomCsvSpec(random);
  const { bytes, preambleBytes } = randomCsvFile(spec, random.integer(0, size.rows), random);
  return comparison(spec, bytes, random.chance(0.9) ? preambleBytes : 0, size, random);
}

/** A file of one of the oracle's formats. */
export function formatComparison(seed: number, format: PlainFormat, size: ComparisonSize): Comparison {
  const random = new SeededRandom(seed);
  const { spec, content } = oracleFile(random.integer(0, 2 ** 31), format);
  const apart = { ...spec, schema: spec.schema.map((column) => ({ ...column, unique: false })) };
  return comparison(random.chance(0.5) ? apart : spec, content, 0, size, random);
}

function comparison(plain: SourceSpec, content: Buffer, preambleBytes: number, size: ComparisonSize, random: SeededRandom): Comparison {
  const beside = plain.control_file === null && random.chance(0.25) ? randomControl(plain, random) : null;
  const spec = { ...withAggregates(plain, random), control_file: beside?.control_file ?? plain.control_file };
  const mutations = random.chance(0.15) ? 0 : random.integer(size.leastMutations ?? 1, size.mutations);
  const bytes = mutations === 0 ? content : mutateBytes(content, mutations, Math.min(preambleBytes, content.length), random);
  const isGzip = random.chance(0.03);
  const packed = isGzip ? gzipSync(bytes) : bytes;
  const delivered = isGzip && random.chance(0.6) ? packed.subarray(0, random.integer(0, packed.length)) : packed;
  const chunks = CHUNK_BYTES.filter((count) => count * MAX_CHUNKS > bytes.length);
  const ranges = [...RANGE_BYTES, 150, 1500].filter((count) => count * MAX_RANGES > bytes.length);
  const way = (): Way => ({ rangeBytes: random.pick(ranges), chunkBytes: random.pick(chunks) });
  const ways = [way(), way()];
  if (random.chance(WORKERS_SHARE)) ways.push({ ...ways[0], workers: 2, minWorkerBytes: 0 });
  const sizes = { maxRecordBytes: random.pick(RECORD_BYTES), chunkBytes: random.pick(chunks) };
  const limits = { ...sizes, maxFields: random.pick([spec.schema.length + 2, 16_384]), maxKeysInMemory: random.pick([16, 256 * 1024]) };
  return { spec, file: isGzip ? 'file.gz' : 'file', control: beside?.content ?? null, delivered, limits, ways, mutations };
}

/**
 * A file with known faults for any spec, and the truth about it: where each record begins and ends, its bytes, and its codes.
 *
 * Where a record stands, and that it cannot be split, is known from writing it. What is wrong with its values the record checker says, on
 * cells that are made here and not by a reader: it reads one cell after the other by the one reader of every type, so that whatever
 * reads faster is held to it. Keys that occur twice are found here.
 */
import { gzipSync } from 'node:zlib';
import type { SourceSpec } from '../../../spec/source-spec.ts';
import type { FindingCode } from '../../findings/catalogue.ts';
import type { Cell } from '../../output/file-output.ts';
import { createRecordChecker, type RecordChecker } from '../../record-checker.ts';
import { emptyCells } from '../../values/raw-cells.ts';
import { DraftFile, undecodableBytes, type TrueRecord } from '../oracle/draft-file.ts';
import { SeededRandom } from '../oracle/seeded-random.ts';
import { anyRecords, NOW, type AnyRecord } from './any-record.ts';
import { CsvRecordWriter } from './csv-record-writer.ts';
import { JsonRecordWriter } from './json-record-writer.ts';
import type { RecordWriter, WrittenCell } from './record-writer.ts';
import { XmlRecordWriter } from './xml-record-writer.ts';

export interface AnySpecFile {
  /** Without what looks at the file as a whole: control file, aggregates, limits of bad rows. */
  readonly spec: SourceSpec;
  /** Landing name. */
  readonly file: string;
  readonly delivered: Buffer;
  readonly records: readonly TrueRecord[];
  readonly bad: readonly TrueRecord[];
  /** Texts of the good records by position in the schema, as they stand in the file; '' for nothing. */
  readonly goodCells: readonly (readonly WrittenCell[])[];
  readonly limits: { readonly maxRecordBytes: number; readonly chunkBytes: number };
}

const MAX_RECORD_BYTES = 8192;
const BROKEN_SHARE = 0.08;

/** Fails with SPEC_INVALID where sample data finds no row that the spec accepts. */
export function anySpecFile(original: SourceSpec, seed: number): AnySpecFile {
  const spec = withoutWholeFile(original);
  const random = new SeededRandom(seed);
  const { encoding, format } = spec.source;
  // Without a byte order mark UTF-16 is little-endian here; with one it says so itself.
  const draft = new DraftFile(encoding);
  if (encoding === 'utf-16') draft.bytes(Buffer.from([0xff, 0xfe]));
  else if (encoding === 'utf-8' && random.chance(0.3)) draft.bytes(Buffer.from([0xef, 0xbb, 0xbf]));
  const writer = writerOf(spec, random);
  const truth = new RecordTruth(spec);
  const goodCells = writeRecords(draft, writer, truth, anyRecords(spec, random, undecodableBytes(encoding) !== null), random);
  const content = draft.content();
  const isCompressed = random.chance(0.2);
  return {
    spec,
    file: `any/${seed}.${format}${isCompressed ? '.gz' : ''}`,
    delivered: isCompressed ? gzipSync(content) : content,
    records: draft.records,
    bad: draft.records.filter(({ codes }) => codes.length > 0),
    goodCells,
    limits: { maxRecordBytes: MAX_RECORD_BYTES, chunkBytes: random.pick([16, 257, 4096, 256 * 1024]) },
  };
}

function withoutWholeFile(spec: SourceSpec): SourceSpec {
  const file_level = spec.validation.file_level.filter(({ check, severity }) => check.kind === 'no_duplicates' && severity === 'error');
  return { ...spec, control_file: null, validation: { ...spec.validation, file_level, max_bad_rows: null, max_bad_ratio_ppb: null } };
}

function writerOf(spec: SourceSpec, random: SeededRandom): RecordWriter {
  switch (spec.source.format) {
    case 'csv':
      return new CsvRecordWriter(spec, random, MAX_RECORD_BYTES);
    case 'json':
    case 'jsonl':
      return new JsonRecordWriter(spec, random, MAX_RECORD_BYTES);
    case 'xml':
      return new XmlRecordWriter(spec, random, MAX_RECORD_BYTES);
    case 'fixed_width':
    case 'fix':
    case 'parquet':
      throw new RangeError(`files of ${spec.source.format} are made by core/sample-data`);
  }
}

/** Gives the cells of the good records. */
function writeRecords(
  draft: DraftFile,
  writer: RecordWriter,
  truth: RecordTruth,
  records: readonly AnyRecord[],
  random: SeededRandom,
): readonly (readonly WrittenCell[])[] {
  const good: (readonly WrittenCell[])[] = [];
  const put = (pieces: readonly (string | Buffer)[]): void => {
    for (const piece of pieces) {
      if (typeof piece === 'string') draft.text(piece);
      else draft.bytes(piece);
    }
  };
  writer.head(draft);
  records.forEach((record, index) => {
    if (random.chance(BROKEN_SHARE)) {
      const { pieces, codes } = writer.broken(record);
      draft.record(codes, MAX_RECORD_BYTES, () => {
        put(pieces);
      });
    } else {
      const { pieces, cells } = writer.record(record);
      const codes = truth.codesOf(cells);
      draft.record(codes, MAX_RECORD_BYTES, () => {
        put(pieces);
      });
      if (codes.length === 0) good.push(cells);
    }
    writer.between(draft, index === records.length - 1);
  });
  writer.foot(draft);
  return good;
}

class RecordTruth {
  private readonly checker: RecordChecker;
  private readonly raw: ReturnType<typeof emptyCells>;
  private readonly keys: readonly { readonly places: readonly number[]; readonly seen: Set<string> }[];

  constructor(spec: SourceSpec) {
    this.checker = createRecordChecker(spec, { now: NOW });
    this.raw = emptyCells(spec.schema.length);
    const place = (name: string): number => spec.schema.findIndex((column) => column.name === name);
    const unique = spec.schema.filter((column) => column.unique).map(({ name }) => [name]);
    const rules = spec.validation.file_level.flatMap(({ check }) => (check.kind === 'no_duplicates' ? [check.columns] : []));
    this.keys = [...unique, ...rules].map((names) => ({ places: names.map(place), seen: new Set<string>() }));
  }

  /** Codes in order; the keys of a good record are those that no later one may have. */
  codesOf(cells: readonly WrittenCell[]): readonly FindingCode[] {
    cells.forEach(({ text, kind, elements }, index) => {
      this.raw.texts[index] = text;
      this.raw.kinds[index] = kind;
      this.raw.lists[index] = elements;
    });
    const { findings, values } = this.checker.check(this.raw);
    if (findings.length > 0) return findings.map(({ code }) => code);
    const found = this.keys.map(({ places, seen }) => ({ seen, key: keyText(places.map((each) => values[each] ?? null)) }));
    const twice = found.filter(({ seen, key }) => key !== null && seen.has(key));
    if (twice.length === 0) for (const { seen, key } of found) if (key !== null) seen.add(key);
    return twice.map(() => 'DUPLICATE_KEY');
  }
}

/** null where a part of the key is NULL: such records are not compared. */
function keyText(values: readonly Cell[]): string | null {
  return values.includes(null) ? null : JSON.stringify(values, (_, value: unknown) => (typeof value === 'bigint' ? `${value}` : value));
}

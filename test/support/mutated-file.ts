/**
 * A file with known faults, damaged at random places, through the whole engine twice: read in large and in tiny pieces. Whatever
 * the damage, nothing may crash, no byte be lost or counted twice, and both readings must say the same.
 */
import { isDeepStrictEqual } from 'node:util';
import { judgeBytes, type Judged } from '../../core/engine/test-support/judge-bytes.ts';
import { oracleFile } from '../../core/engine/test-support/oracle/oracle-file.ts';
import { SeededRandom } from '../../core/engine/test-support/oracle/seeded-random.ts';
import type { PlainFormat } from '../../core/engine/test-support/plain-spec.ts';

const FORMATS: readonly PlainFormat[] = ['csv', 'json', 'jsonl', 'xml'];
const MUTATIONS_MAX = 6;
/** Bytes that mean something in one of the formats. */
const TELLING = Buffer.from('",\n\r{}[]:<>/&;=\'\\ #-.0eE\u0000', 'latin1');
const SMALL_CHUNKS = [1, 2, 3, 7, 16, 61] as const;

function mutate(content: Buffer, random: SeededRandom): Buffer {
  let bytes = content;
  for (let mutation = random.integer(1, MUTATIONS_MAX); mutation > 0; mutation -= 1) {
    const at = random.integer(0, bytes.length);
    const length = random.integer(0, 40);
    const piece = bytes.subarray(at, at + length);
    const inserted = random.pick([
      Buffer.from([random.pick([...TELLING])]),
      Buffer.from([random.integer(0, 255)]),
      piece,
      Buffer.alloc(0),
      Buffer.concat([piece, piece]),
    ]);
    bytes = Buffer.concat([bytes.subarray(0, at), inserted, bytes.subarray(at + (random.chance(0.5) ? length : 0))]);
  }
  return bytes;
}

function withoutTime({ report, quarantine }: Judged): unknown {
  return { report: { ...report, duration_ms: 0 }, quarantine };
}

/** Gives what is wrong, or null. `folder` is emptied by the caller. */
export async function judgeMutatedFile(folder: string, seed: number): Promise<string | null> {
  const random = new SeededRandom(seed);
  const format = random.pick(FORMATS);
  const { spec, content, file, maxRecordBytes } = oracleFile(random.integer(0, 2 ** 31), format);
  const input = { spec, file: file.replace(/\.(gz|zst)$/, ''), delivered: mutate(content, random) };
  const whole = await judgeBytes(folder, `${String(seed)}-whole`, { ...input, limits: { maxRecordBytes } });
  const pieces = await judgeBytes(folder, `${String(seed)}-pieces`, {
    ...input,
    limits: { maxRecordBytes, chunkBytes: random.pick(SMALL_CHUNKS) },
  });
  const { report } = whole;
  const place = `seed ${String(seed)}, ${format}`;
  if (!report.conservation.holds || report.findings_by_code.CONSERVATION !== undefined) {
    return `${place}: bytes or records are unaccounted for: ${JSON.stringify(report.file_findings)}`;
  }
  if (report.records_in !== report.staged + report.quarantined + report.not_loaded) return `${place}: counts do not add up`;
  if (!isDeepStrictEqual(withoutTime(whole), withoutTime(pieces))) return `${place}: reading in pieces gives another verdict`;
  return null;
}

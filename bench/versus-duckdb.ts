/**
 * The engine against bare DuckDB (and, for XML, saxes) on the same file in the same run: time, CPU, memory, and whether what it found and
 * what it wrote is exactly right. Fails where it is not.
 *
 *     node bench/versus-duckdb.ts [--rows 4000000] [--runs 5] [--variants clean,dirty,...] [--memory] [--remove]
 *
 * --memory measures peak memory on a file of 100 MB, of 3 GB, of bad rows only and of distinct values only instead. --remove takes the
 * files away that measurements keep below the system's temporary folder. Progress goes to stderr.
 */
import { parseArgs } from 'node:util';
import { removeCachedTrades } from './data/cached-trades.ts';
import { compare, type ComparedRow } from './versus/compare.ts';
import { measureMemory, MEMORY_ROWS, MEMORY_TIMES, type MemoryRow } from './versus/memory.ts';
import { VARIANTS, type VariantName } from './versus/variants.ts';

const ROWS = 4_000_000;
const RUNS = 5;

export interface VersusOptions {
  readonly rows: number;
  readonly runs: number;
  readonly variants: readonly VariantName[];
}

function progress(line: string): void {
  process.stderr.write(`versus: ${line}\n`);
}

/** Measures and gives the lines of a table in Markdown. */
export async function versusTable(options: VersusOptions): Promise<readonly string[]> {
  const compared = await compare({ ...options, progress });
  return [
    '| file | MB | program | wall s | CPU s | peak MB | wall ratio | CPU ratio | bad rows found |',
    '|---|---|---|---|---|---|---|---|---|',
    ...compared.map(tableLine),
  ];
}

function tableLine({ title, megabytes, subject, measure, ratio, badFound }: ComparedRow): string {
  const { wallSeconds, cpuSeconds, peakBytes } = measure;
  const ratios = ratio === null ? ['', ''] : [ratio.wall.toFixed(2), ratio.cpu.toFixed(2)];
  const cells = [
    title,
    megabytes.toFixed(0),
    subject,
    wallSeconds.toFixed(2),
    cpuSeconds.toFixed(2),
    (peakBytes / 1e6).toFixed(0),
    ...ratios,
  ];
  return `| ${[...cells, badFound ?? ''].join(' | ')} |`;
}

function memoryLine({ title, megabytes, workers, measure }: MemoryRow): string {
  const { wallSeconds, cpuSeconds, peakBytes } = measure;
  return `| ${[title, megabytes.toFixed(0), workers, (peakBytes / 1e6).toFixed(0), wallSeconds.toFixed(1), cpuSeconds.toFixed(1)].join(' | ')} |`;
}

function print(lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}

function wholeAbove0(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new RangeError(`expected a whole number above 0 for --${name}, found ${text}`);
  return value;
}

function variantsOf(text: string): readonly VariantName[] {
  return text.split(',').map((name) => {
    const found = VARIANTS.find((each) => each === name);
    if (found === undefined) throw new RangeError(`expected --variants of ${VARIANTS.join(', ')}, found ${name}`);
    return found;
  });
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      rows: { type: 'string' },
      runs: { type: 'string', default: String(RUNS) },
      variants: { type: 'string', default: VARIANTS.join(',') },
      memory: { type: 'boolean', default: false },
      remove: { type: 'boolean', default: false },
    },
  });
  if (values.remove) {
    removeCachedTrades();
  } else if (values.memory) {
    const rows = wholeAbove0('rows', values.rows ?? String(MEMORY_ROWS));
    const measured = await measureMemory({ rows, times: MEMORY_TIMES, progress });
    print(['| file | MB | workers | peak MB | wall s | CPU s |', '|---|---|---|---|---|---|', ...measured.map(memoryLine)]);
  } else {
    const rows = wholeAbove0('rows', values.rows ?? String(ROWS));
    print(await versusTable({ rows, runs: wholeAbove0('runs', values.runs), variants: variantsOf(values.variants) }));
  }
}

if (import.meta.main) await main();

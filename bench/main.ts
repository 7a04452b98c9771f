/** `make bench`: what each step costs on this machine, in time, processor time and memory, as the tables of docs/performance.md. */
import { cpus, totalmem } from 'node:os';
import process from 'node:process';
import { bridgeTable } from './bridge.ts';
import { candlesTables } from './candles.ts';
import { measureLane } from './lane.ts';
import { messagesTable } from './messages.ts';
import { reporterTable } from './reporter.ts';
import { measureStreamLatencies, streamLatencyTable } from './stream-latency.ts';
import { startTables } from './start.ts';
import { VARIANTS } from './versus/variants.ts';
import { versusTable } from './versus-duckdb.ts';

/** Of each variant: what docs/performance.md shows, or enough to see that everything runs. */
const SIZE = process.argv.includes('--quick') ? { rows: 100_000, runs: 1 } : { rows: 4_000_000, runs: 5 };

function print(lines: readonly string[]): void {
  for (const line of lines) process.stdout.write(`${line}\n`);
}

print([
  `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${Math.round(totalmem() / 1e9)} GB, Node ${process.version}`,
]);
print(['\n## Against bare DuckDB, and saxes\n', ...(await versusTable({ ...SIZE, variants: VARIANTS }))]);
print(['\n## Small files\n', ...(await startTables())]);
print(['\n## Single messages\n', ...messagesTable()]);
print(['\n## The bridge\n', ...(await bridgeTable())]);
print(['\n## Live candles\n', ...(await candlesTables())]);
print(['\n## The service of reports\n', ...(await reporterTable())]);

print(['\n## Steps of a cycle\n', '| cycle | step | s | rows/s | peak MB of all processes |', '|---|---|---|---|---|']);
for (const { cycle, step, seconds, rows_per_second, peak_megabytes } of await measureLane()) {
  print([`| ${cycle} | ${step} | ${seconds.toFixed(2)} | ${rows_per_second} | ${peak_megabytes} |`]);
}

const STREAM = process.argv.includes('--quick') ? { seconds: 5, rate: 100 } : { seconds: 90, rate: 500 };
print(['\n## From the log into the warehouse\n', ...streamLatencyTable(await measureStreamLatencies(STREAM))]);

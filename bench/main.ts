/** `make bench`: what each step costs on this machine, in rows per second and peak memory, as the tables of docs/performance.md. */
import { cpus, totalmem } from 'node:os';
import process from 'node:process';
import { measureBaseline } from './baseline.ts';
import { measureLane } from './lane.ts';
import { messagesTable } from './messages.ts';
import { startTables } from './start.ts';
import { measureValidation } from './validate.ts';
import { VARIANTS } from './versus/variants.ts';
import { versusTable } from './versus-duckdb.ts';

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

print(`${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${Math.round(totalmem() / 1e9)} GB, Node ${process.version}`);

print('\n## Validation of one file\n');
print('| file | rows | MB | s | rows/s | peak MB of the process |');
print('|---|---|---|---|---|---|');
const quick = process.argv.includes('--quick');
const validation = await measureValidation({ quick });
for (const { name, rows, megabytes, seconds, rows_per_second, peak_megabytes } of validation) {
  print(`| ${name} | ${rows} | ${megabytes} | ${seconds.toFixed(2)} | ${rows_per_second} | ${peak_megabytes} |`);
}
const baseline = await measureBaseline();
const first = validation[0];
if (first !== undefined) {
  print(
    `\nBare DuckDB on the 20 MB file, one thread, no checks: ${baseline.toFixed(2)} s; validation takes ${(first.seconds / baseline).toFixed(1)} times that.`,
  );
}

print('\n## Against bare DuckDB, and saxes\n');
// `node bench/versus-duckdb.ts` by itself has 4,000,000 rows and five runs.
const size = quick ? { rows: 100_000, runs: 1 } : { rows: 1_000_000, runs: 3 };
for (const line of await versusTable({ ...size, variants: VARIANTS })) print(line);
print('\n## Small files\n');
for (const line of await startTables()) print(line);
print('\n## Single messages\n');
for (const line of messagesTable()) print(line);

print('\n## Steps of a cycle\n');
print('| cycle | step | s | rows/s | peak MB of all processes |');
print('|---|---|---|---|---|');
for (const { cycle, step, seconds, rows_per_second, peak_megabytes } of await measureLane()) {
  print(`| ${cycle} | ${step} | ${seconds.toFixed(2)} | ${rows_per_second} | ${peak_megabytes} |`);
}

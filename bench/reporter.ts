/**
 * The service of reports under load: `markets reporter serve` as a process with its durable ledger in a folder, and one with it in buckets (fake-gcs-server on this
 * machine), against a bare echo server of the same HTTP library, in turns in one run. Events are sent at their times whatever the answers do; a latency counts
 * from the time at which an event was due. `node bench/reporter.ts [--seconds 5] [--rounds 3] [--rate 2000] [--soak MINUTES] [--reported]`. By default events owe
 * no report (they are received, judged and ended); with --reported each is published to a simulated regulator as well, which is one process more on the machine.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Program } from '../test/support/reporter-process.ts';
import { median } from './figures.ts';
import { atRate, medianLatency, poolOf, saturation, type Latency, type Target } from './reporter/load.ts';
import { residentMegabytes, startServers, type MeasuredServers } from './reporter/servers.ts';

const WARM_SECONDS = 2;
const SAMPLE_SECONDS = 15;
const STARTS = 5;
const SETTLE_MS = 120_000;
const LOOK_MS = 100;

interface ReporterBench {
  readonly seconds: number;
  readonly rounds: number;
  readonly rate: number;
  readonly soakMinutes: number;
  readonly reported: boolean;
}

function trade(side: 'BUY' | 'SELL'): (number: number) => string {
  return (each) =>
    JSON.stringify({
      ...{ message_id: `B-${String(each)}`, source_trade_id: `B-${String(each)}`, version: '1', status: 'NEW' },
      // Of this moment: a trade that is late is logged, and one after the other would be.
      ...{ trade_time: new Date().toISOString(), side },
      ...{ quantity: '1000', price: '101.35', currency: 'EUR', trader_id: 'TR001', counterparty_id: 'CP101', instrument_id: 'SAP' },
      ...{ book_id: 'EQ-DE', venue: 'XOFF', trading_capacity: 'DEAL', investment_decision_id: 'DE19700131JOHN#SMITH' },
      ...{ execution_id: 'ALGO7', execution_id_type: 'ALGO', short_selling: 'SELL' },
    });
}

/** Until nothing is under way. */
async function settled({ said }: Program): Promise<void> {
  const startMs = performance.now();
  for (;;) {
    const figures = await (await fetch(`http://127.0.0.1:${String(said['port'])}/metrics`)).text();
    if (/^markets_reporter_events_open 0$/m.test(figures)) return;
    if (performance.now() - startMs > SETTLE_MS) throw new Error('expected the events to end, found some that are open');
    await wait(LOOK_MS);
  }
}

async function soak(target: Target, reporter: Program, minutes: number, rate: number): Promise<string> {
  const samples = [await residentMegabytes(reporter)];
  let [sent, refused] = [0, 0];
  const endMs = performance.now() + minutes * 60_000;
  while (performance.now() < endMs) {
    const part = await atRate(target, rate, SAMPLE_SECONDS);
    sent += part.sent;
    refused += part.refused;
    samples.push(await residentMegabytes(reporter));
    process.stderr.write(`${String(sent)} events, resident ${String(samples.at(-1))} MB\n`);
  }
  return `${String(minutes)} minutes at ${String(rate)}/s: ${String(sent)} events, ${String(refused)} refused; resident MB: ${samples.join(', ')}`;
}

interface Measured {
  readonly name: string;
  readonly target: Target;
  readonly program: Program | null;
}

function measuredOf(servers: MeasuredServers, reported: boolean): readonly Measured[] {
  const reporter = (name: string, program: Program): Measured => ({
    name: `reporter, ledger in ${name}${reported ? ', reported' : ''}`,
    target: { pool: poolOf(Number(program.said['port'])), path: '/events?source=trade_events', body: trade(reported ? 'SELL' : 'BUY') },
    program,
  });
  return [
    { name: 'bare fastify echo', target: { pool: poolOf(servers.echoPort), path: '/', body: trade('BUY') }, program: null },
    reporter('a folder', servers.folder),
    ...(servers.buckets === null ? [] : [reporter('buckets (fake-gcs-server)', servers.buckets)]),
  ];
}

function row(name: string, { sent, refused, p50Ms, p99Ms, maxMs }: Latency, echo: Latency, most: number): string {
  const figures = [p50Ms.toFixed(2), p99Ms.toFixed(2), maxMs.toFixed(1), (p99Ms / echo.p99Ms).toFixed(1), String(most)];
  return `| ${[name, String(sent), String(refused), ...figures].join(' | ')} |`;
}

/** Servers take turns, so that each has its share of what else the machine does. */
async function compare(measured: readonly Measured[], { seconds, rounds, rate }: ReporterBench): Promise<readonly string[]> {
  for (const { target } of measured) await atRate(target, rate, WARM_SECONDS);
  const found = measured.map(() => [] as Latency[]);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, { target, program }] of measured.entries()) {
      found[index]?.push(await atRate(target, rate, seconds));
      if (program !== null) await settled(program);
    }
  }
  const latencies = found.map(medianLatency);
  const most: number[] = [];
  for (const { target } of measured) most.push(await saturation(target, seconds));
  const [echo] = latencies;
  return measured.flatMap(({ name }, index) => {
    const latency = latencies[index];
    return latency === undefined || echo === undefined ? [] : [row(name, latency, echo, most[index] ?? 0)];
  });
}

/** What the regulator holds in the end. */
async function taken(servers: MeasuredServers): Promise<string> {
  for (const program of [servers.folder, servers.buckets]) if (program !== null) await settled(program);
  const { accepted, rejected, pending } = (await (await fetch(`${servers.regulatorUrl}/books/summary`)).json()) as Record<string, number>;
  return `the regulator holds ${String(accepted)} accepted reports, ${String(rejected)} rejected, ${String(pending)} pending`;
}

async function measure(scratch: string, options: ReporterBench): Promise<readonly string[]> {
  const { rate, soakMinutes, reported } = options;
  const servers = await startServers(scratch);
  const measured = measuredOf(servers, reported);
  try {
    const [, inFolder] = measured;
    if (soakMinutes > 0 && inFolder !== undefined) return [await soak(inFolder.target, servers.folder, soakMinutes, rate)];
    return await table(servers, measured, options);
  } finally {
    for (const { target } of measured) await target.pool.destroy();
    await servers.end();
  }
}

async function table(servers: MeasuredServers, measured: readonly Measured[], options: ReporterBench): Promise<readonly string[]> {
  const { rounds, seconds, rate, reported } = options;
  const starts: number[] = [];
  while (starts.length < STARTS) starts.push(await servers.startAgain());
  return [
    `${String(rate)} events/s, ${String(rounds)} rounds of ${String(seconds)} s each, medians of the rounds; start to ready ${(median(starts) / 1000).toFixed(2)} s (median of ${String(STARTS)})`,
    '| server | events | refused | p50 ms | p99 ms | max ms | p99 / echo | most events/s |',
    '|---|---|---|---|---|---|---|---|',
    ...(await compare(measured, options)),
    ...(reported ? [await taken(servers)] : []),
  ];
}

/** The lines of docs/performance.md. */
export async function reporterTable(options: Partial<ReporterBench> = {}): Promise<readonly string[]> {
  const scratch = mkdtempSync(join(tmpdir(), 'reporter-bench-'));
  try {
    return await measure(scratch, { seconds: 5, rounds: 3, rate: 2000, soakMinutes: 0, reported: false, ...options });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  const text = (value: string): { readonly type: 'string'; readonly default: string } => ({ type: 'string', default: value });
  const { values } = parseArgs({
    options: { seconds: text('5'), rounds: text('3'), rate: text('2000'), soak: text('0'), reported: { type: 'boolean', default: false } },
  });
  const { seconds, rounds, rate, soak: minutes, reported } = values;
  const sizes = { seconds: Number(seconds), rounds: Number(rounds), rate: Number(rate), soakMinutes: Number(minutes) };
  for (const line of await reporterTable({ ...sizes, reported })) process.stdout.write(`${line}\n`);
}

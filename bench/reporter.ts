/**
 * The service of reports under load: `markets reporter serve` as a process with its durable ledger in a folder, against a bare echo server of the same HTTP
 * library in the same run. Events are sent at their times whatever the answers do; a latency counts from the time at which an event was due.
 * `node bench/reporter.ts [--seconds 10] [--rate 2000] [--soak MINUTES] [--reported]`. By default events owe no report (they are received, judged and ended); with
 * --reported each is published to a simulated regulator as well, which is a third process on the same machine.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Pool } from 'undici';
import { writeReferenceWarehouse } from '../test/support/reference-warehouse.ts';
import { startProgram, startRegulatorProgram, writeReporterConfig, type Program } from '../test/support/reporter-process.ts';

const ECHO = fileURLToPath(new URL('./echo-process.ts', import.meta.url));
const CONNECTIONS = 64;
const TICK_MS = 5;
/** Events of a saturation run are sent by so many senders, each when its last was answered. */
const SENDERS = 64;
const WARM_SECONDS = 2;
const SAMPLE_SECONDS = 15;

interface Latency {
  readonly sent: number;
  readonly refused: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

interface Target {
  readonly pool: Pool;
  readonly path: string;
  /** The body of the event with that number. */
  readonly body: (number: number) => string;
}

let number = 0;

async function send({ pool, path, body }: Target): Promise<number> {
  number += 1;
  const answer = await pool.request({ method: 'POST', path, body: body(number), headers: { 'content-type': 'application/json' } });
  await answer.body.dump();
  return answer.statusCode;
}

/** Open loop: an event is due every 1/rate seconds. */
async function atRate(target: Target, rate: number, seconds: number): Promise<Latency> {
  const latencies: number[] = [];
  const under: Promise<void>[] = [];
  let refused = 0;
  const startMs = performance.now();
  for (let due = 0; due < rate * seconds;) {
    const now = performance.now() - startMs;
    for (; due < rate * seconds && (due * 1000) / rate <= now; due += 1) {
      const dueMs = startMs + (due * 1000) / rate;
      under.push(
        send(target).then((status) => {
          latencies.push(performance.now() - dueMs);
          if (status >= 300) refused += 1;
        }),
      );
    }
    await wait(TICK_MS);
  }
  await Promise.all(under);
  latencies.sort((a, b) => a - b);
  const at = (share: number): number => latencies[Math.min(latencies.length - 1, Math.floor(share * latencies.length))] ?? 0;
  return { sent: latencies.length, refused, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) };
}

/** Closed loop: events a second that are taken. */
async function saturation(target: Target, seconds: number): Promise<number> {
  const endMs = performance.now() + seconds * 1000;
  let taken = 0;
  const sender = async (): Promise<void> => {
    while (performance.now() < endMs) if ((await send(target)) < 300) taken += 1;
  };
  await Promise.all(Array.from({ length: SENDERS }, sender));
  return Math.round(taken / seconds);
}

function trade(side: 'BUY' | 'SELL'): (number: number) => string {
  const time = new Date().toISOString();
  return (each) =>
    JSON.stringify({
      ...{ message_id: `B-${String(each)}`, source_trade_id: `B-${String(each)}`, version: '1', status: 'NEW', trade_time: time, side },
      ...{ quantity: '1000', price: '101.35', currency: 'EUR', trader_id: 'TR001', counterparty_id: 'CP101', instrument_id: 'SAP' },
      ...{ book_id: 'EQ-DE', venue: 'XOFF', trading_capacity: 'DEAL', investment_decision_id: 'DE19700131JOHN#SMITH' },
      ...{ execution_id: 'ALGO7', execution_id_type: 'ALGO', short_selling: 'SELL' },
    });
}

async function startEcho(): Promise<{ readonly child: ChildProcess; readonly port: number }> {
  const child = fork(ECHO);
  return { child, port: await new Promise<number>((resolve) => child.once('message', (port) => resolve(Number(port)))) };
}

function residentMegabytes({ child }: Program): number {
  const [, kilobytes = '0'] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${String(child.pid)}/status`, 'utf8')) ?? [];
  return Math.round(Number(kilobytes) / 1024);
}

async function soak(target: Target, reporter: Program, minutes: number, rate: number): Promise<readonly number[]> {
  const samples = [residentMegabytes(reporter)];
  for (let second = 0; second < minutes * 60; second += SAMPLE_SECONDS) {
    await atRate(target, rate, SAMPLE_SECONDS);
    samples.push(residentMegabytes(reporter));
  }
  return samples;
}

function row(name: string, { sent, refused, p50Ms, p99Ms, maxMs }: Latency): string {
  return `| ${name} | ${String(sent)} | ${String(refused)} | ${p50Ms.toFixed(2)} | ${p99Ms.toFixed(2)} | ${maxMs.toFixed(1)} |`;
}

async function measure(folder: string, options: ReporterBench): Promise<readonly string[]> {
  const { seconds, rate, reported } = options;
  await writeReferenceWarehouse(join(folder, 'root'));
  const regulator = await startRegulatorProgram();
  writeReporterConfig(join(folder, 'config'), String(regulator.said['url']), (yaml) =>
    yaml
      .replace('on: [rts_22, rts_1, rts_2, finra_trace]', 'on: [rts_1]')
      .replace(/url: '([^']+)' \}/g, "url: '$1', per_second: 10000, burst: 10000, concurrency: 64 }")
      .replace('queue_events_max: 20000', 'queue_events_max: 100000'),
  );
  const reporter = await startProgram(
    ['--root', join(folder, 'root'), '--config', join(folder, 'config'), 'reporter', 'serve'],
    'reporter_listening',
  );
  const echo = await startEcho();
  const targets = {
    echo: { pool: poolOf(echo.port), path: '/', body: trade('BUY') },
    reporter: { pool: poolOf(Number(reporter.said['port'])), path: '/events?source=trade_events', body: trade(reported ? 'SELL' : 'BUY') },
  };
  try {
    for (const target of Object.values(targets)) await atRate(target, rate, WARM_SECONDS);
    const bare = await atRate(targets.echo, rate, seconds);
    const durable = await atRate(targets.reporter, rate, seconds);
    const most = [await saturation(targets.echo, seconds), await saturation(targets.reporter, seconds)];
    const samples =
      options.soakMinutes > 0 ? await soak(targets.reporter, reporter, options.soakMinutes, rate) : [residentMegabytes(reporter)];
    return [
      `start to ready ${(reporter.startMs / 1000).toFixed(2)} s; ${String(rate)} events/s for ${String(seconds)} s`,
      '| server | events | refused | p50 ms | p99 ms | max ms |',
      '|---|---|---|---|---|---|',
      row('bare fastify echo', bare),
      row(`reporter, ledger in a folder${reported ? ', reported' : ''}`, durable),
      `p99 ${(durable.p99Ms / bare.p99Ms).toFixed(1)} times the echo's; saturation ${String(most[0])} and ${String(most[1])} events/s`,
      `resident MB: ${samples.join(', ')}`,
    ];
  } finally {
    for (const { pool } of Object.values(targets)) await pool.destroy();
    echo.child.kill();
    await reporter.end();
    await regulator.end();
  }
}

function poolOf(port: number): Pool {
  return new Pool(`http://127.0.0.1:${String(port)}`, { connections: CONNECTIONS, pipelining: 1 });
}

interface ReporterBench {
  readonly seconds: number;
  readonly rate: number;
  readonly soakMinutes: number;
  readonly reported: boolean;
}

/** The lines of docs/performance.md. */
export async function reporterTable(options: Partial<ReporterBench> = {}): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'reporter-bench-'));
  try {
    return await measure(folder, { seconds: 10, rate: 2000, soakMinutes: 0, reported: false, ...options });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '10' },
      rate: { type: 'string', default: '2000' },
      soak: { type: 'string', default: '0' },
      reported: { type: 'boolean', default: false },
    },
  });
  const { seconds, rate, soak: soakMinutes, reported } = values;
  const lines = await reporterTable({ seconds: Number(seconds), rate: Number(rate), soakMinutes: Number(soakMinutes), reported });
  for (const line of lines) process.stdout.write(`${line}\n`);
}

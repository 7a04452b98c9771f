/** Events sent to a server by HTTP, at their times or as fast as they are taken, and how long the answers took. */
import { setTimeout as wait } from 'node:timers/promises';
import { Pool } from 'undici';
import { median, quantile } from '../figures.ts';

const CONNECTIONS = 64;
const TICK_MS = 5;
/** Events of a saturation run are sent by so many senders, each when its last was answered. */
const SENDERS = 64;

export interface Latency {
  readonly sent: number;
  readonly refused: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

export interface Target {
  readonly pool: Pool;
  readonly path: string;
  /** The body of the event with that number. */
  readonly body: (number: number) => string;
}

export function poolOf(port: number): Pool {
  return new Pool(`http://127.0.0.1:${String(port)}`, { connections: CONNECTIONS, pipelining: 1 });
}

/** In place of a status: a connection that was idle while the machine stood still is closed. Counted as refused. */
const NO_ANSWER = 599;

let number = 0;

async function send({ pool, path, body }: Target): Promise<number> {
  number += 1;
  const headers = { 'content-type': 'application/json' };
  try {
    const answer = await pool.request({ method: 'POST', path, body: body(number), headers });
    await answer.body.dump();
    return answer.statusCode;
  } catch {
    return NO_ANSWER;
  }
}

/** Open loop: an event is due every 1/rate seconds, and its latency counts from then. */
export async function atRate(target: Target, rate: number, seconds: number): Promise<Latency> {
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
  const [p50Ms = 0, p99Ms = 0, maxMs = 0] = [0.5, 0.99, 1].map((share) => quantile(latencies, share));
  return { sent: latencies.length, refused, p50Ms, p99Ms, maxMs };
}

/** Closed loop: events a second that are taken. */
export async function saturation(target: Target, seconds: number): Promise<number> {
  const endMs = performance.now() + seconds * 1000;
  let taken = 0;
  const sender = async (): Promise<void> => {
    while (performance.now() < endMs) if ((await send(target)) < 300) taken += 1;
  };
  await Promise.all(Array.from({ length: SENDERS }, sender));
  return Math.round(taken / seconds);
}

/** Each figure's median over the rounds; events of all of them together. */
export function medianLatency(rounds: readonly Latency[]): Latency {
  const of = (figure: keyof Latency): number => median(rounds.map((round) => round[figure]));
  const sum = (figure: keyof Latency): number => rounds.reduce((total, round) => total + round[figure], 0);
  return { sent: sum('sent'), refused: sum('refused'), p50Ms: of('p50Ms'), p99Ms: of('p99Ms'), maxMs: of('maxMs') };
}

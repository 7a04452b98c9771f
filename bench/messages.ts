/**
 * How many single messages one thread judges: JSON trades of about 300 bytes through the message checker, as a stream would
 * hand them over. `node bench/messages.ts` prints it.
 */
import { readFileSync } from 'node:fs';
import { createMessageChecker, type MessageChecker } from '../core/engine/message-checker.ts';
import { cachedTrades } from './data/cached-trades.ts';
import { tradesSpec } from './data/trades-spec.ts';

const ROWS = 20_000;
const SEED = 20230130;
/** Each round judges every message once; the first ones are for the compiler. */
const WARM_ROUNDS = 3;
/** Odd, so that the median is one of them. */
const ROUNDS = 9;
const NOW = '2023-01-30T06:00:00.000000Z';
const LF = 10;

export interface MessagesMeasure {
  readonly messages: number;
  /** Mean bytes of a message. */
  readonly bytes: number;
  /** Median of the rounds. */
  readonly messages_per_second: number;
}

export function measureMessages(): MessagesMeasure {
  const messages = messagesOf(readFileSync(cachedTrades({ format: 'jsonl', rows: ROWS, seed: SEED }).path));
  const checker = createMessageChecker(tradesSpec({ format: 'jsonl' }), { now: NOW });
  const rounds = Array.from({ length: WARM_ROUNDS + ROUNDS }, () => secondsOf(checker, messages)).slice(WARM_ROUNDS);
  const seconds = rounds.toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? Number.NaN;
  const bytes = messages.reduce((sum, { length }) => sum + length, 0) / messages.length;
  return { messages: messages.length, bytes: Math.round(bytes), messages_per_second: Math.round(messages.length / seconds) };
}

function messagesOf(lines: Buffer): readonly Buffer[] {
  const messages: Buffer[] = [];
  for (let start = 0, end = lines.indexOf(LF); end >= 0; start = end + 1, end = lines.indexOf(LF, start)) {
    // A copy: each message of a stream has bytes of its own.
    messages.push(Buffer.from(lines.subarray(start, end)));
  }
  return messages;
}

function secondsOf(checker: MessageChecker, messages: readonly Buffer[]): number {
  const startedMs = performance.now();
  for (const message of messages) {
    const { verdict, findings } = checker.check(message);
    if (verdict !== 'accepted') throw new Error(`a good message is ${verdict}: ${findings.map(({ code }) => code).join(', ')}`);
  }
  return (performance.now() - startedMs) / 1000;
}

/** The table of docs/performance.md, line by line. */
export function messagesTable(): readonly string[] {
  const { messages, bytes, messages_per_second } = measureMessages();
  return [
    '| messages | bytes a message | messages/s, one thread |',
    '|---|---|---|',
    `| JSON, ${messages.toLocaleString('en')} | ${bytes} | ${messages_per_second.toLocaleString('en')} |`,
  ];
}

if (import.meta.main) {
  for (const line of messagesTable()) console.log(line);
}

/** What tokenizing alone costs with saxes, the fastest XML reader of npm that is exact: no types, no checks, no output. */
import { createReadStream } from 'node:fs';
import process from 'node:process';
import { SaxesParser } from 'saxes';
import { printMeasure, requestOf } from '../child.ts';
import { cpuSecondsSince } from './measure.ts';

export interface SaxesRequest {
  readonly path: string;
  readonly rows: number;
}

/** saxes asks for chunks of at least 64 KB. */
const CHUNK_BYTES = 256 * 1024;

const { path, rows } = requestOf() as SaxesRequest;
const before = process.cpuUsage();
const startedMs = performance.now();
const parser = new SaxesParser();
let seen = 0;
let characters = 0;
parser.on('opentag', ({ name }) => {
  if (name === 'trade') seen += 1;
});
parser.on('text', (text) => {
  characters += text.length;
});
for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES, encoding: 'utf8' })) parser.write(chunk as string);
parser.close();
const wallSeconds = (performance.now() - startedMs) / 1000;
if (seen !== rows || characters === 0) throw new Error(`saxes saw ${seen} rows, expected ${rows}`);
printMeasure({ wallSeconds, cpuSeconds: cpuSecondsSince(before), peakBytes: process.resourceUsage().maxRSS * 1024 });

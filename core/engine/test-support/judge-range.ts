/** One range of bytes, judged as a worker judges it. */
import { isDeepStrictEqual } from 'node:util';
import type { SourceSpec } from '../../spec/source-spec.ts';
import { ControlTotals } from '../control/control-totals.ts';
import { FileJudge } from '../file-judge.ts';
import { ENGINE_LIMITS } from '../limits.ts';
import { rangeFormat } from '../ranges/range-formats.ts';
import { RangeJudge } from '../ranges/range-judge.ts';
import { RangeSlot } from '../ranges/range-slot.ts';
import type { RangeResult } from '../ranges/range.ts';
import { createRecordChecker } from '../record-checker.ts';
import { FileRules } from '../rules/file-rules.ts';
import { UniqueKeys } from '../uniqueness/unique-keys.ts';
import { MemoryOutput } from './memory-output.ts';

const NOW = '2023-01-30T06:00:00.000000Z';
export interface Taken {
  readonly good: number;
  readonly bad: number;
  /** Rows that the scanner took, not the format's reader. */
  readonly scanned: number;
}

export type ScannerKind = 'script' | 'wasm';
export type Judged = Taken & { readonly result: RangeResult };

export function judgeRows(folder: string, spec: SourceSpec, text: string): Taken {
  const { good, bad, scanned } = judgeWhole(folder, spec, text);
  return { good, bad, scanned };
}

/** Judges a whole file as one range, by each kind of scanner, which must give the same; `folder` is for what does not stay in memory. */
export function judgeWhole(folder: string, spec: SourceSpec, text: string, scanners: readonly ScannerKind[] = ['script', 'wasm']): Judged {
  const bytes = Buffer.from(text, 'utf8');
  const slot = new RangeSlot(bytes.length, bytes.length);
  slot.append(bytes);
  slot.seal();
  const identity = { load_id: 'f'.repeat(32), file: 'orders', now: NOW };
  const job = { ...identity, spec, version: 1, input_path: '', control: null, output_folder: folder };
  const limits = ENGINE_LIMITS;
  const keys = new UniqueKeys(spec, folder, limits);
  const rules = new FileRules({ spec, now: 0n, seed: keys.seed, distinct: null });
  const parts = {
    checker: createRecordChecker(spec, { now: NOW }),
    output: new MemoryOutput(),
    keys,
    rules,
    totals: new ControlTotals(spec),
  };
  const opening = rangeFormat(spec.source.format).open(spec, limits, new FileJudge(job, limits, parts));
  const { used } = opening.read({ bytes, base: 0, final: true });
  const { preamble, carry } = opening;
  const place = { bytes: slot.bytes, base: 0, length: bytes.length, from: used, stop: bytes.length, final: true };
  const range = { number: 0, ...place, carry, linesBefore: 0, repeated: null };
  const [result, ...others] = scanners.map((kind) => {
    const minWasmBytes = kind === 'wasm' ? 0 : Number.MAX_SAFE_INTEGER;
    const context = { job, limits: { ...limits, minWasmBytes }, fileBytes: bytes.length, preamble, seed: new Int32Array(4) };
    return new RangeJudge(context).judgeRange(range);
  });
  if (result === undefined) throw new RangeError('no scanner is asked for');
  if (!others.every((other) => isDeepStrictEqual(other, result))) throw new Error('one scanner gives something else than another');
  const { follows } = result.records;
  let scanned = 0;
  for (let at = 1; at < follows.length; at += 3) scanned += follows[at] ?? 0;
  return { good: result.counts.good, bad: result.counts.bad, scanned, result };
}

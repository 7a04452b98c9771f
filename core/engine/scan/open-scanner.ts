/** A scanner for the rows of a file: of a large one in WebAssembly, where its code can be that. */
import { statSync } from 'node:fs';
import type { Kernel } from '../kernel/kernel.ts';
import type { EngineLimits } from '../limits.ts';
import type { Scanner } from '../ranges/range-format.ts';
import type { ValidationJob } from '../report.ts';
import { compiledScanner } from './compiled-scanner.ts';
import type { ScanRuntime } from './scan-runtime.ts';
import { scannerSource, type ScannerParts } from './scanner-source.ts';
import type { TimeScan } from './time-scan.ts';
import { wasmScan } from './wasm/wasm-scan.ts';

export interface ScannerSetting {
  readonly runtime: ScanRuntime;
  readonly times: readonly TimeScan[];
  readonly kernel: Kernel;
  readonly job: ValidationJob;
  readonly limits: EngineLimits;
}

export function openScanner(parts: ScannerParts, { runtime, times, kernel, job, limits }: ScannerSetting): Scanner {
  const script = compiledScanner(scannerSource(parts));
  const isLarge = statSync(job.input_path).size >= limits.minWasmBytes;
  return (isLarge ? wasmScan({ parts, runtime, times, kernel, script }) : null) ?? script;
}

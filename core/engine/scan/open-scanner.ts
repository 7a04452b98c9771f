/** A scanner for the rows of a file: of a large one in WebAssembly, where its code can be that. */
import type { Kernel } from '../kernel/kernel.ts';
import type { Scanner } from '../ranges/range-format.ts';
import type { FileContext } from '../ranges/range.ts';
import { compiledScanner } from './compiled-scanner.ts';
import type { FieldReader } from './field-reader.ts';
import type { ScanRuntime } from './scan-runtime.ts';
import { scannerSource, type ScannerParts } from './scanner-source.ts';
import type { TimeScan } from './time-scan.ts';
import { wasmScan } from './wasm/wasm-scan.ts';

export interface ScannerSetting {
  readonly runtime: ScanRuntime & FieldReader;
  readonly times: readonly TimeScan[];
  readonly kernel: Kernel;
  readonly file: FileContext;
}

export function openScanner(parts: ScannerParts, { runtime, times, kernel, file }: ScannerSetting): Scanner {
  const script = compiledScanner(scannerSource(parts));
  const isLarge = file.fileBytes >= file.limits.minWasmBytes;
  return (isLarge ? wasmScan({ parts, runtime, times, kernel, script }) : null) ?? script;
}

/** Live candles with the limits of the program, in this process: its state in the folder, its output on the bus. */
import { createFolderObjectStore } from '../../core/adapters/folder-object-store/folder-object-store.ts';
import type { MessageBus } from '../../core/ports/message-bus.ts';
import type { LogMessage, MessageLog } from '../../core/ports/message-log.ts';
import type { SourceSpec } from '../../core/spec/source-spec.ts';
import { SILENT } from '../../core/telemetry/logger.ts';
import { SYSTEM_TIME } from '../../core/time/system-time.ts';
import { CANDLE_LIMITS } from '../../streaming/candles/candle-parts.ts';
import { SourceCandles } from '../../streaming/candles/run-candles.ts';

export interface BenchOptions {
  readonly log: MessageLog;
  readonly bus: MessageBus;
  readonly spec: SourceSpec;
  readonly folder: string;
  /** Of the writer and the group. */
  readonly name: string;
  readonly refused?: (message: LogMessage) => void;
}

export function candlesInBench({ log, bus, spec, folder, name, refused }: BenchOptions): SourceCandles {
  return new SourceCandles({
    ...{ log, bus, spec, store: createFolderObjectStore(folder), logger: SILENT, limits: CANDLE_LIMITS },
    time: SYSTEM_TIME,
    ...{ gapBars: false, writer: `bench-${name}`, group: `bench-${name}`, scratch: folder },
    ...(refused === undefined ? {} : { refused }),
  });
}

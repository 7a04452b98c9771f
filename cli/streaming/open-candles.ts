/** Live candles of the command line: adapters and limits chosen by the global options. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MarketsError } from '../../core/errors/markets-error.ts';
import { requireSpecs } from '../../core/spec/load-specs.ts';
import type { SourceSpec } from '../../core/spec/source-spec.ts';
import { SYSTEM_TIME } from '../../core/time/system-time.ts';
import { nearestWord } from '../../core/types/nearest-word.ts';
import type { Logger } from '../../core/telemetry/logger.ts';
import { CANDLE_LIMITS, type CandleLimits, type CandleParts } from '../../streaming/candles/candle-parts.ts';
import { requireTradeColumns, tradeColumns } from '../../streaming/candles/trade-columns.ts';
import type { StreamingConfig } from '../../streaming/config/streaming-config.ts';
import type { CommandContext } from '../framework/command.ts';
import { openStore } from '../lane/open-store.ts';
import { createCandleTopics } from './create-topics.ts';
import { newWriter } from './new-writer.ts';
import { openAll } from './open-all.ts';
import { openBus } from './open-bus.ts';
import { openConfiguredLog } from './open-configured-log.ts';

export interface OpenCandles {
  /** One a source. */
  readonly sources: readonly CandleParts[];
  /** Where metrics and probes are served. */
  readonly probesAt: { readonly host: string; readonly port: number };
  close(): Promise<void>;
}

export async function openCandles(context: CommandContext, logger: Logger): Promise<OpenCandles> {
  const { settings, input } = context;
  const specs = await candleSources(settings.specs, input.list('source'));
  const store = await openStore(settings);
  return await openAll(async (closing) => {
    const scratch = await mkdtemp(join(tmpdir(), 'markets-candles-'));
    closing(async () => await rm(scratch, { recursive: true, force: true }));
    const { config, log } = await openConfiguredLog(context);
    closing(async () => await log.close());
    const bus = await openBus(config, settings.root);
    closing(async () => await bus.close());
    await createCandleTopics(config, log, bus, specs.map(requireTradeColumns));
    const shared = {
      log,
      bus,
      store,
      logger,
      scratch,
      time: SYSTEM_TIME,
      limits: limitsOf(config),
      gapBars: input.flag('gap-bars') || config.candles.gap_bars,
      writer: newWriter(),
      group: config.candles.group,
    };
    return { sources: specs.map((spec) => ({ ...shared, spec })), probesAt: config.metrics };
  });
}

/** The enabled streams that candles can be made of, or those of the names. CLI_USAGE where there is none; SPEC_NOT_FOUND, SPEC_NOT_SUPPORTED for a name that has none. */
async function candleSources(folder: string, names: readonly string[]): Promise<readonly SourceSpec[]> {
  const enabled = (await requireSpecs(folder)).filter((spec) => spec.enabled);
  const named = names.map((name) => {
    const spec = enabled.find((candidate) => candidate.name === name);
    if (spec !== undefined) return spec;
    const known = enabled.filter((candidate) => tradeColumns(candidate) !== null).map((candidate) => candidate.name);
    throw new MarketsError('SPEC_NOT_FOUND', `No enabled source has the name ${name}.`, {
      expected: nearestWord(name, known) ?? known.join(', '),
      found: name,
      next: 'Give the name of a source of trades or prices with a stream.',
    });
  });
  for (const spec of named) requireTradeColumns(spec);
  const chosen = names.length > 0 ? named : enabled.filter((spec) => tradeColumns(spec) !== null);
  if (chosen.length > 0) return chosen;
  throw new MarketsError('CLI_USAGE', 'No source spec has trades as a stream.', {
    expected: 'an enabled source of the entity trades or prices with source.type stream',
    found: `none below ${folder}`,
    next: 'Name another folder with --specs.',
  });
}

function limitsOf({ candles }: StreamingConfig): CandleLimits {
  return {
    ...CANDLE_LIMITS,
    commitMs: candles.commit_seconds * 1000,
    provisionalMs: candles.provisional_seconds * 1000,
    correctionsMs: candles.corrections_seconds * 1000,
    shutdownMs: candles.shutdown_seconds * 1000,
  };
}

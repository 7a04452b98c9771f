/** Live checks of the command line: the streams with a block `quality`, adapters and limits chosen by the global options. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MarketsError } from '../../core/errors/markets-error.ts';
import type { Logger } from '../../core/telemetry/logger.ts';
import { hasQuality } from '../../streaming/quality/quality-columns.ts';
import { QUALITY_LIMITS, type QualityParts } from '../../streaming/quality/quality-parts.ts';
import type { CommandContext } from '../framework/command.ts';
import { openStore } from '../lane/open-store.ts';
import { bridgedStreams } from './bridged-streams.ts';
import { newWriter } from './new-writer.ts';
import { openAll } from './open-all.ts';
import { openConfiguredLog } from './open-configured-log.ts';

export interface OpenQuality {
  /** One a source. */
  readonly sources: readonly QualityParts[];
  /** Where metrics and probes are served. */
  readonly probesAt: { readonly host: string; readonly port: number };
  close(): Promise<void>;
}

export async function openQuality(context: CommandContext, logger: Logger): Promise<OpenQuality> {
  const { settings, input } = context;
  const specs = (await bridgedStreams(settings.specs, input.list('source'))).filter(hasQuality);
  if (specs.length === 0) {
    throw new MarketsError('CLI_USAGE', 'No stream has checks of quality.', {
      expected: 'a source spec with the blocks `stream` and `quality`',
      found: `none below ${settings.specs}`,
    });
  }
  const store = await openStore(settings);
  return await openAll(async (closing) => {
    const scratch = await mkdtemp(join(tmpdir(), 'markets-quality-'));
    closing(async () => await rm(scratch, { recursive: true, force: true }));
    const { log, config } = await openConfiguredLog(context);
    closing(async () => await log.close());
    if (config.create_topics) for (const { stream } of specs) await log.createTopic(stream.kafka_topic, config.topic_partitions);
    const shared = {
      log,
      store,
      logger,
      scratch,
      writer: newWriter(),
      group: config.quality.group,
      limits: QUALITY_LIMITS,
      time: { nowMs: () => Date.now() },
    };
    return { sources: specs.map((spec) => ({ ...shared, spec })), probesAt: config.metrics };
  });
}

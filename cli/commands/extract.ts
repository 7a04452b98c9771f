/** `markets extract`: makes the surveillance extract of a date, or remakes it as it was known at a moment. */
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { openDuckdbWarehouse } from '../../core/adapters/duckdb/duckdb-warehouse-reader.ts';
import { ENGINE_VERSION } from '../../core/engine/engine-version.ts';
import { MarketsError } from '../../core/errors/markets-error.ts';
import { requireSpecs } from '../../core/spec/load-specs.ts';
import { createLogger } from '../../core/telemetry/logger.ts';
import { loadLaneConfig, type LaneConfig } from '../../orchestrator/index.ts';
import { readExtractFormat, type ExtractFormat } from '../../orchestrator/extract/extract-format.ts';
import { extractInRun, type ExtractRun } from '../../orchestrator/extract/extract-in-run.ts';
import { remakeExtract } from '../../orchestrator/extract/remake-extract.ts';
import { createDbtWorker } from '../../orchestrator/transform/dbt-process.ts';
import type { Command, CommandContext, CommandResult } from '../framework/command.ts';
import type { PartnerDelivery } from '../../orchestrator/partner/partner-delivery.ts';
import { openPartner } from '../lane/open-partner.ts';
import { openSecrets } from '../lane/open-secrets.ts';
import { openStore } from '../lane/open-store.ts';
import { openConfigured, refuseOtherRoot } from '../lane/open-warehouse.ts';

export const command: Command = {
  name: 'extract',
  summary: 'Make the surveillance extract of a date, or remake it as it was known then',
  description:
    'Writes extracts/<date>/ with the trades of the seven days up to the date and older ones that changed in them, a manifest and a control ' +
    'file. An extract that would be the same is not written again; changed rows make the next revision. With --as-known-at the warehouse is ' +
    'built anew from what was published up to that moment, the extract goes to --out and is compared with the one that was written then. ' +
    'Exit status: 0 good; 1 the remade extract differs from the recorded one; 2 it could not be made or delivered.',
  arguments: [],
  options: [
    { flags: '--date <date>', description: "as-of date (default: that of the newest cycle's clock)" },
    { flags: '--format <format>', description: 'jsonl, json, csv or parquet', default: 'jsonl' },
    {
      flags: '--deliver',
      description: 'and send it to the partner of the configuration, also where it was delivered before and is not there any more',
    },
    { flags: '--as-known-at <moment>', description: 'remake it from what was known at this moment, with --date and --out' },
    { flags: '--out <file>', description: 'where a remade extract goes' },
  ],
  examples: [
    { line: 'markets extract --date 2023-02-03 --deliver', says: 'and the partner gets it, or gets it again' },
    { line: 'markets extract --date 2023-02-03', says: "the partner's file of that day" },
    {
      line: 'markets extract --date 2023-02-03 --as-known-at 2023-02-03T18:00:00Z --out then.jsonl.gz',
      says: 'the same bytes as the file that was sent that evening',
    },
  ],
  run: async (context) => {
    const format = readExtractFormat(context.input.text('format'));
    const knownAt = context.input.instant('as-known-at');
    return knownAt === undefined ? await make(context, format) : await remake(context, format, knownAt);
  },
};

async function make(context: CommandContext, format: ExtractFormat): Promise<CommandResult> {
  const { settings, input } = context;
  const config = await loadLaneConfig(settings.config, settings.env);
  refuseOtherRoot(settings.root, config.warehouse);
  const store = await openStore(settings);
  const date = input.date('date');
  const deliverTo = context.input.flag('deliver') ? partnerOf(context, config) : undefined;
  const logger = createLogger({ level: settings.logLevel });
  const options = {
    logger,
    signal: context.signal,
    ...(deliverTo === undefined ? {} : { deliverTo }),
    store,
    clock: { now: () => context.now() },
    heartbeatSeconds: config.lane.heartbeat_seconds,
    holder: `${hostname()} process ${String(process.pid)}`,
    newId: () => randomBytes(16).toString('hex'),
    engineVersion: ENGINE_VERSION,
    openReader: async () => await openConfigured(settings.root, config.warehouse),
    format,
    ...(date === undefined ? {} : { date }),
  };
  const made = await extractInRun(options).finally(async () => await logger.close());
  const { written, delivery } = made;
  const error = delivery?.error ?? null;
  return {
    exitCode: error === null ? 0 : 2,
    data: { date: made.date, written, delivered: delivery === null ? null : error === null },
    errors: error === null ? [] : [error],
    render: () => [writtenText(made), ...deliveredText(delivery, deliverTo)].join('\n'),
  };
}

function writtenText({ date, written }: ExtractRun): string {
  if (written === null) return `The extract of ${date} stands already as it would be written.`;
  const { object, rows, bytes, revision, sha256 } = written;
  return `${object}\n${String(rows)} rows, ${String(bytes)} bytes, revision ${String(revision)}\nsha256 ${sha256}`;
}

function deliveredText(delivery: ExtractRun['delivery'], partner: PartnerDelivery | undefined): readonly string[] {
  if (delivery === null || partner === undefined) return [];
  const { object, error } = delivery;
  if (error !== null) return [`error ${error.code}: ${error.message}`];
  return [`delivered ${object} to ${partner.partner} (${partner.remote.description})`];
}

/** CONFIG_INVALID where the configuration knows no partner. */
function partnerOf({ settings, environment }: CommandContext, config: LaneConfig): PartnerDelivery {
  const partner = openPartner(config, openSecrets(config, environment), environment);
  if (partner !== null) return partner;
  throw new MarketsError('CONFIG_INVALID', 'The configuration names nobody who gets extracts.', {
    expected: 'delivery.to: local or sftp',
    found: 'none',
    place: { file: `config/${settings.env}.yaml` },
  });
}

async function remake({ settings, environment, input }: CommandContext, format: ExtractFormat, knownAt: string): Promise<CommandResult> {
  const date = input.date('date');
  const out = input.optional('out');
  if (date === undefined || out === undefined) {
    throw new MarketsError('CLI_USAGE', 'An extract as known at a moment needs its date and a file.', {
      expected: '--date and --out with --as-known-at',
      found: `--date ${date ?? 'none'} --out ${out ?? 'none'}`,
    });
  }
  const { warehouse } = await loadLaneConfig(settings.config, settings.env);
  const worker = createDbtWorker();
  try {
    const remade = await remakeExtract({
      store: await openStore(settings),
      specs: await requireSpecs(settings.specs),
      worker,
      openWarehouse: async (path) => await openDuckdbWarehouse({ path }),
      date,
      knownAt,
      format,
      out: resolve(environment.workingFolder, out),
      memoryMb: warehouse.memory_mb,
    });
    const verdict =
      remade.identical === null
        ? 'No recorded extract to compare with.'
        : remade.identical
          ? `The same bytes as ${remade.recorded?.object ?? ''}.`
          : `Other bytes than ${remade.recorded?.object ?? ''}.`;
    return {
      exitCode: remade.identical === false ? 1 : 0,
      data: { date, as_known_at: knownAt, out, ...remade },
      render: () => `${out}\n${String(remade.rows)} rows, sha256 of the uncompressed bytes ${remade.uncompressed_sha256}\n${verdict}`,
    };
  } finally {
    await worker.close();
  }
}

/**
 * Makes the verdict on a file visible. Outputs are stored first, under names that nobody reads; then one segment of events says that the
 * file was judged and, where it was accepted, that its load is published: both or neither. Key is load_id.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { FINDINGS } from '../../core/engine/findings/catalogue.ts';
import type { Finding, Report } from '../../core/engine/report.ts';
import type { Delivery } from '../gate/delivery.ts';
import type { AnyNewEvent } from '../run/journal.ts';
import type { Lane } from '../run/lane.ts';
import type { Decision } from './decide.ts';
import { failedFolder, quarantineFolder, stagingFolder } from './object-paths.ts';
import { writeBytesOnce, writeFileOnce, type StoredObject } from './write-once.ts';

export interface Judged {
  readonly delivery: Delivery;
  readonly decision: Extract<Decision, { kind: 'judge' }>;
  readonly businessDate: string;
  readonly arrivalDate: string;
  readonly report: Report;
  /** Holds report.json and, where there is one, quarantine.jsonl and valid.parquet. */
  readonly outputFolder: string;
}

export async function publish(lane: Lane, judged: Judged): Promise<void> {
  const { decision, delivery, report, businessDate, arrivalDate } = judged;
  const source = delivery.spec.name;
  const folder =
    report.status === 'failed'
      ? failedFolder(arrivalDate, source, decision.loadId)
      : quarantineFolder(source, businessDate, decision.loadId);
  const stored = async (name: string): Promise<StoredObject> =>
    await writeFileOnce(lane.store, lane.epoch, `${folder}/${name}`, join(judged.outputFolder, name));
  const quarantine = report.quarantined > 0 ? await stored('quarantine.jsonl') : null;
  const reportObject = await stored('report.json');
  const events: AnyNewEvent[] = [validatedEvent(lane, judged, quarantine, reportObject)];
  if (report.status !== 'failed') events.push(await publishedEvent(lane, judged));
  await lane.assertHeld();
  await lane.journal.record(events);
}

function validatedEvent(lane: Lane, judged: Judged, quarantine: StoredObject | null, report: StoredObject): AnyNewEvent {
  const { delivery, decision, businessDate, report: verdict } = judged;
  return {
    type: 'file_validated',
    at: lane.clock.now(),
    load_id: decision.loadId,
    source: delivery.spec.name,
    data: {
      object: delivery.object,
      generation: delivery.info.generation,
      business_date: businessDate,
      version: decision.version,
      attempt: decision.attempt,
      spec_version: verdict.spec_version,
      sha256: verdict.sha256,
      bytes: verdict.bytes,
      status: verdict.status,
      records_in: verdict.records_in,
      staged: verdict.staged,
      quarantined: verdict.quarantined,
      not_loaded: verdict.not_loaded,
      warnings: verdict.warnings,
      duplicate_in_file: verdict.duplicate_in_file,
      findings_by_code: verdict.findings_by_code,
      file_findings: verdict.file_findings.map(withoutValues),
      control: verdict.control,
      quarantine: quarantine?.object ?? null,
      report: report.object,
      quarantine_sha256: quarantine?.sha256 ?? null,
      report_sha256: report.sha256,
      duration_ms: verdict.duration_ms,
    },
  };
}

/** The message of a finding that found something repeats it, and events hold no values: the report has the whole of it. */
function withoutValues({ code, rule, found, message }: Finding): Pick<Finding, 'code' | 'rule' | 'message'> {
  return { code, rule, message: found === null ? message : FINDINGS[code].meaning };
}

async function publishedEvent(lane: Lane, judged: Judged): Promise<AnyNewEvent> {
  const { delivery, decision, businessDate, report } = judged;
  const folder = stagingFolder(delivery.spec.name, businessDate, decision.loadId);
  const valid = join(judged.outputFolder, 'valid.parquet');
  const parts = [];
  if (existsSync(valid)) {
    const part = await writeFileOnce(lane.store, lane.epoch, `${folder}/part-00000.parquet`, valid);
    parts.push({ object: part.object, rows: report.staged, bytes: part.sizeBytes, sha256: part.sha256 });
  }
  const described = {
    object: delivery.object,
    business_date: businessDate,
    version: decision.version,
    attempt: decision.attempt,
    spec_version: report.spec_version,
    sha256: report.sha256,
    rows: report.staged,
    parts,
  };
  const manifest = { load_id: decision.loadId, source: delivery.spec.name, ...described, supersedes: decision.supersedes };
  const bytes = Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`);
  const { object } = await writeBytesOnce(lane.store, lane.epoch, `${folder}/_manifest.json`, bytes);
  return {
    type: 'load_published',
    at: lane.clock.now(),
    load_id: decision.loadId,
    source: delivery.spec.name,
    data: { ...described, manifest: object, supersedes: decision.supersedes, epoch: lane.epoch },
  };
}

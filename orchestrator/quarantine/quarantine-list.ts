/**
 * Refused records by load: where they are, how many, under which codes. Read from the events; only a rule's own code, which they
 * do not have, is looked for in the reports and quarantine files of the loads whose rules failed.
 */
import { linesOf } from '../../core/events/lines-of.ts';
import type { FindingCode } from '../../core/engine/findings/catalogue.ts';
import type { QuarantineRecord, Report } from '../../core/engine/report.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import type { LoadState } from '../state/lane-state.ts';
import { loadState } from '../state/load-state.ts';

const REPORT_BYTES_MAX = 16 * 1024 * 1024;

export interface QuarantineFilter {
  readonly source?: string;
  /** A code of the catalogue, or a rule's own. */
  readonly code?: string;
  readonly date?: string;
  /** Name below landing/, or its last part. */
  readonly file?: string;
}

export interface QuarantinedLoad {
  readonly load_id: string;
  readonly source: string;
  readonly business_date: string;
  readonly file: string;
  readonly status: LoadState['status'];
  /** A newer version of the file stands in its place. */
  readonly superseded: boolean;
  readonly records_in: number;
  readonly quarantined: number;
  readonly not_loaded: number;
  readonly findings_by_code: Readonly<Partial<Record<FindingCode, number>>>;
  /** Where the records lie below the root; null where the whole file failed without a bad record. */
  readonly object: string | null;
}

/** Loads with refused records, and failed files; oldest first. */
export async function quarantineList(store: ObjectStore, filter: QuarantineFilter = {}): Promise<readonly QuarantinedLoad[]> {
  const state = await loadState(store);
  const listedLoads: QuarantinedLoad[] = [];
  for (const load of state.loads.values()) {
    const isRefused = load.quarantined > 0 || load.status === 'failed';
    if (isRefused && fits(load, filter) && (await hasCode(store, load, filter.code))) listedLoads.push(listed(load));
  }
  return listedLoads;
}

function fits(load: LoadState, { source, date, file }: QuarantineFilter): boolean {
  return (
    (source === undefined || load.source === source) &&
    (date === undefined || load.business_date === date) &&
    (file === undefined || load.object === file || load.object.endsWith(`/${file}`))
  );
}

async function hasCode(store: ObjectStore, load: LoadState, code: string | undefined): Promise<boolean> {
  if (code === undefined || Object.keys(load.findings_by_code).includes(code)) return true;
  const { RULE_FAILED: ofRecords = 0, FILE_RULE_FAILED: ofFile = 0 } = load.findings_by_code;
  if (ofRecords > 0 && load.quarantine !== null) {
    for await (const line of linesOf(await store.readStream(load.quarantine))) {
      if ((JSON.parse(line) as QuarantineRecord).findings.some(({ rule }) => rule === code)) return true;
    }
  }
  if (ofFile === 0) return false;
  const report = JSON.parse((await store.read(load.report, { maxBytes: REPORT_BYTES_MAX })).toString('utf8')) as Report;
  return report.file_findings.some(({ rule }) => rule === code);
}

function listed(load: LoadState): QuarantinedLoad {
  return {
    load_id: load.load_id,
    source: load.source,
    business_date: load.business_date,
    file: load.object,
    status: load.status,
    superseded: load.superseded_by !== null,
    records_in: load.records_in,
    quarantined: load.quarantined,
    not_loaded: load.not_loaded,
    findings_by_code: load.findings_by_code,
    object: load.quarantine,
  };
}

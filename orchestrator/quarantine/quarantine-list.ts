/** Refused records by load: where they are, how many, under which codes. Read from the events alone. */
import type { FindingCode } from '../../core/engine/findings/catalogue.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import type { LoadState } from '../state/lane-state.ts';
import { loadState } from '../state/load-state.ts';

export interface QuarantineFilter {
  readonly source?: string;
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
  return [...state.loads.values()]
    .filter((load) => load.quarantined > 0 || load.status === 'failed')
    .filter((load) => fits(load, filter))
    .map(listed);
}

function fits(load: LoadState, { source, code, date, file }: QuarantineFilter): boolean {
  return (
    (source === undefined || load.source === source) &&
    (date === undefined || load.business_date === date) &&
    (code === undefined || Object.keys(load.findings_by_code).includes(code)) &&
    (file === undefined || load.object === file || load.object.endsWith(`/${file}`))
  );
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

/** The refused records of one load, as they were delivered, with everything that is wrong with each. */
import { linesOf } from '../../core/events/lines-of.ts';
import { MarketsError } from '../../core/errors/markets-error.ts';
import type { Finding, QuarantineRecord } from '../../core/engine/report.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { classifiedColumns, MASKED } from '../../core/classification/classified-columns.ts';
import { maskFinding } from '../../core/classification/mask-finding.ts';
import { specOfVersion } from '../run/spec-of-version.ts';
import type { LoadState } from '../state/lane-state.ts';
import { loadState } from '../state/load-state.ts';

export interface ShownRecord {
  readonly record: number;
  readonly line: number | null;
  readonly byte_offset: number | null;
  readonly byte_length: number | null;
  /** Text of the record's bytes, or their base64; masked where the source has classified columns. */
  readonly raw: string | null;
  readonly raw_base64: string | null;
  readonly findings: readonly Finding[];
}

export interface ShownQuarantine {
  readonly load_id: string;
  readonly source: string;
  readonly file: string;
  readonly object: string;
  readonly archived_as: string | null;
  readonly quarantined: number;
  /** Columns whose values are hidden here; the quarantine object holds them. */
  readonly masked_columns: readonly string[];
  readonly records: readonly ShownRecord[];
}

export interface ShowOptions {
  /** The load's id or the beginning of it. */
  readonly load: string;
  /** Only this record. */
  readonly record?: number;
  readonly limit: number;
  /** Shows classified values too. */
  readonly unmasked: boolean;
}

export async function quarantineShow(store: ObjectStore, options: ShowOptions): Promise<ShownQuarantine> {
  const state = await loadState(store);
  const load = findLoad([...state.loads.values()], options.load);
  if (load.quarantine === null) throw noRecords(load);
  const spec = options.unmasked ? null : await specOfVersion(store, load.spec_version, load.source);
  const masked = spec === null ? new Set<string>() : classifiedColumns(spec);
  const records: ShownRecord[] = [];
  for await (const line of linesOf(await store.readStream(load.quarantine))) {
    const record = JSON.parse(line) as QuarantineRecord;
    if (options.record !== undefined && record.record !== options.record) continue;
    records.push(shown(record, masked));
    if (records.length >= options.limit) break;
  }
  return {
    load_id: load.load_id,
    source: load.source,
    file: load.object,
    object: load.quarantine,
    archived_as: load.archived_as,
    quarantined: load.quarantined,
    masked_columns: [...masked],
    records,
  };
}

function findLoad(loads: readonly LoadState[], prefix: string): LoadState {
  const found = loads.filter((load) => load.load_id.startsWith(prefix));
  const [load] = found;
  if (load !== undefined && found.length === 1) return load;
  throw new MarketsError('CLI_USAGE', found.length === 0 ? 'There is no such load.' : 'More than one load begins like this.', {
    expected: 'a load id, or enough of its beginning',
    found: prefix,
    next: 'See `markets quarantine list`.',
  });
}

function noRecords(load: LoadState): MarketsError {
  return new MarketsError('CLI_USAGE', 'This load has no refused record.', {
    found: `${load.object}: ${load.status}${load.file_codes.length > 0 ? `, ${load.file_codes.join(', ')}` : ''}`,
    next: load.status === 'failed' ? `The report of the file is ${load.report} below the root.` : 'See `markets quarantine list`.',
  });
}

/** A record with classified columns is hidden whole: where its values stand in the bytes is what the finding may be about. */
function shown(record: QuarantineRecord, masked: ReadonlySet<string>): ShownRecord {
  const hide = masked.size > 0;
  return {
    record: record.record,
    line: record.line,
    byte_offset: record.byte_offset,
    byte_length: record.byte_length,
    raw: hide ? MASKED : (record.raw ?? null),
    raw_base64: hide ? null : (record.raw_base64 ?? null),
    findings: record.findings.map((finding) => maskFinding(finding, masked)),
  };
}

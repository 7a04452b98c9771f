/** The rows that were refused, as the quarantine files of a root have them, with classified values masked. */
import { classifiedColumns } from '../../core/classification/classified-columns.ts';
import { maskFinding } from '../../core/classification/mask-finding.ts';
import type { QuarantineRecord } from '../../core/engine/report.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import type { SourceSpec } from '../../core/spec/source-spec.ts';

export interface RefusedRow {
  readonly source: string;
  readonly file: string;
  readonly load_id: string;
  readonly record: number;
  readonly line: number | null;
  readonly byte_offset: number | null;
  readonly findings: readonly {
    readonly code: string;
    /** Column, or the rule's name. */
    readonly where: string;
    readonly found: string | null;
    readonly expected: string | null;
  }[];
}

/** Quarantine of one load larger than this is for a file, not for a screen. */
const BYTES_MAX = 4 * 1024 * 1024;

/** In the order of the object names: by source, business date and load. */
export async function refusedRows(store: ObjectStore, specs: readonly SourceSpec[]): Promise<readonly RefusedRow[]> {
  const rows: RefusedRow[] = [];
  for (const top of ['quarantine/', 'failed/']) {
    for await (const { name, sizeBytes } of store.list(top)) {
      if (!name.endsWith('/quarantine.jsonl') || sizeBytes > BYTES_MAX) continue;
      const text = (await store.read(name, { maxBytes: BYTES_MAX })).toString('utf8');
      const spec = specs.find((each) => name.split('/').includes(each.name));
      for (const line of text.split('\n').filter((each) => each !== '')) {
        rows.push(refusedRow(JSON.parse(line) as QuarantineRecord, spec));
      }
    }
  }
  return rows;
}

function refusedRow(record: QuarantineRecord, spec: SourceSpec | undefined): RefusedRow {
  const classified = spec === undefined ? new Set<string>() : classifiedColumns(spec);
  return {
    source: spec?.name ?? '',
    file: record.file,
    load_id: record.load_id,
    record: record.record,
    line: record.line,
    byte_offset: record.byte_offset,
    findings: record.findings.map((finding) => {
      const { code, column, rule, found, expected } = maskFinding(finding, classified);
      return { code, where: column ?? rule ?? '', found, expected };
    }),
  };
}

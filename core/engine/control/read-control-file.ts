/** Reads control files of every kind to one statement. */
import type { ControlFile, SourceSpec } from '../../spec/source-spec.ts';
import { ENGINE_LIMITS } from '../limits.ts';
import type { ControlReading, ControlStatement, FieldLookup } from './control-statement.ts';
import { ControlProblem } from './control-problem.ts';
import { csvFields, jsonFields, propertyFields, recordFields } from './field-lookups.ts';
import { xmlFields } from './xml-fields.ts';

/**
 * The control file's statement about `dataFileName` (base name of the data file, for CSV files with a row for each).
 * Bad content never throws: it is a problem in words.
 */
export function readControlFile(bytes: Uint8Array, spec: SourceSpec, dataFileName: string): ControlReading {
  const control = spec.control_file;
  return guarded(() => {
    if (control === null) {
      throw new ControlProblem('The spec has no control file.');
    }
    if (bytes.length > ENGINE_LIMITS.maxControlBytes) {
      throw new ControlProblem(`The control file is longer than ${ENGINE_LIMITS.maxControlBytes} bytes.`);
    }
    return statementOf(control, lookupOf(control, Buffer.from(bytes), spec, dataFileName));
  });
}

/** The statement of a header or trailer record of the data file. */
export function readControlRecord(fields: readonly string[], control: ControlFile): ControlReading {
  return guarded(() => statementOf(control, recordFields(fields)));
}

function lookupOf(control: ControlFile, bytes: Buffer, spec: SourceSpec, dataFileName: string): FieldLookup {
  switch (control.type) {
    case 'sidecar_xml':
      return xmlFields(bytes);
    case 'sidecar_csv':
      return csvFields(bytes, spec.source.csv.delimiter, dataFileName);
    case 'sidecar_json':
      return jsonFields(bytes);
    case 'properties':
      return propertyFields(bytes);
    case 'trailer':
    case 'header':
      throw new ControlProblem(`A ${control.type} is a record of the data file.`);
  }
}

function statementOf(control: ControlFile, lookup: FieldLookup): ControlStatement {
  const place = control.type === 'trailer' || control.type === 'header' ? `${control.type} record` : 'control file';
  const text = (field: string | null): string | null => {
    if (field === null) {
      return null;
    }
    const found = lookup(field)?.trim();
    if (found === undefined || found === '') {
      throw new ControlProblem(`The ${place} does not state ${field}.`);
    }
    return found;
  };
  const rowCount = text(control.row_count);
  if (rowCount !== null && !/^\d{1,18}$/.test(rowCount)) {
    throw new ControlProblem(`What the ${place} states as ${control.row_count ?? ''} is no number of records.`);
  }
  return {
    row_count: rowCount,
    checksum: text(control.checksum),
    business_date: businessDate(text(control.business_date)),
    totals: control.totals.map(({ column, field }) => ({ column, text: text(field) ?? '' })),
  };
}

function businessDate(text: string | null): string | null {
  if (text === null) {
    return null;
  }
  const match = /^(\d{4})-?(\d{2})-?(\d{2})(?:T.*)?$/.exec(text);
  const [, year = '', month = '', day = ''] = match ?? [];
  const date = `${year}-${month}-${day}`;
  const moment = new Date(`${date}T00:00:00Z`);
  if (match === null || Number.isNaN(moment.getTime()) || moment.toISOString().slice(0, 10) !== date) {
    throw new ControlProblem('The business date is not a date YYYY-MM-DD or YYYYMMDD.');
  }
  return date;
}

function guarded(read: () => ControlStatement): ControlReading {
  try {
    return { ok: true, statement: read() };
  } catch (error) {
    if (error instanceof ControlProblem) {
      return { ok: false, problem: error.message };
    }
    throw error;
  }
}

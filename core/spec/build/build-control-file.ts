/** control_file: what the sender says about a file. */
import type { Column, ControlFile, SourceFormat } from '../source-spec.ts';
import { report, reportKey, type Builder } from './builder.ts';

const DEFAULT_WAIT_MINUTES = 60;
const OF_XML = ['xpath_row_count', 'xpath_checksum', 'xpath_business_date'] as const;
const OF_FIELDS = ['row_count_field', 'checksum_field', 'business_date_field'] as const;

export function buildControlFile(builder: Builder, columns: readonly Column[], format: SourceFormat): ControlFile | null {
  const document = builder.document.control_file;
  if (document === undefined) {
    return null;
  }
  const isXml = document.type === 'sidecar_xml';
  for (const key of isXml ? OF_FIELDS : OF_XML) {
    if (document[key] !== undefined) {
      reportKey(builder, ['control_file', key], `${key} has no meaning for ${document.type}.`, {
        expected: (isXml ? OF_XML : OF_FIELDS).join(', '),
        found: key,
      });
    }
  }
  checkPattern(builder);
  checkFormat(builder, format);
  const totals = Object.entries(document.totals ?? {}).map(([column, field]) => {
    const type = columns.find(({ name }) => name === column)?.type.kind;
    if (type !== 'DECIMAL' && type !== 'INT64') {
      reportKey(builder, ['control_file', 'totals', column], 'A total needs a column of numbers.', {
        expected: 'a column of type NUMERIC, BIGNUMERIC or INT64',
        found: type ?? 'no such column',
      });
    }
    return { column, field };
  });
  return {
    type: document.type,
    pattern: document.pattern ?? null,
    row_count: document.xpath_row_count ?? document.row_count_field ?? null,
    checksum: document.xpath_checksum ?? document.checksum_field ?? null,
    business_date: document.xpath_business_date ?? document.business_date_field ?? null,
    checksum_algorithm: document.checksum_algorithm ?? null,
    totals,
    required: document.required ?? true,
    wait_minutes: document.wait_minutes ?? DEFAULT_WAIT_MINUTES,
  };
}

/** Only lines have room for a record of another shape than the others. */
function checkFormat(builder: Builder, format: SourceFormat): void {
  const control = builder.document.control_file;
  const type = control?.type;
  if (type !== 'trailer' && type !== 'header') {
    return;
  }
  if (format === 'fixed_width') {
    checkCharacters(builder);
  } else if (format !== 'csv') {
    report(builder, ['control_file', 'type'], `A ${type} record is read in CSV and fixed width only.`, {
      expected: 'format csv or fixed_width, or a control file of its own (sidecar_xml, sidecar_csv, sidecar_json, properties)',
      found: format,
    });
  }
}

/** A fixed-width record has no fields but stretches of characters. */
function checkCharacters(builder: Builder): void {
  const control = builder.document.control_file;
  const named = [
    ...OF_FIELDS.map((key) => [[key], control?.[key]] as const),
    ...Object.entries(control?.totals ?? {}).map(([column, field]) => [['totals', column], field] as const),
  ];
  for (const [path, place] of named) {
    const [, first, last] = /^(\d+)-(\d+)$/.exec(place ?? '') ?? [];
    if (place !== undefined && (first === undefined || Number(first) < 1 || Number(last) < Number(first))) {
      report(builder, ['control_file', ...path], 'A fixed-width record is read by its characters.', {
        expected: "the first and the last one, from 1: '2-10'",
        found: place,
      });
    }
  }
}

function checkPattern(builder: Builder): void {
  const document = builder.document.control_file;
  const isRecord = document?.type === 'trailer' || document?.type === 'header';
  const pattern = document?.pattern;
  if (isRecord && pattern !== undefined) {
    reportKey(builder, ['control_file', 'pattern'], `A ${document.type} is a record of the file itself and has no name.`, {
      found: pattern,
    });
  } else if (!isRecord && pattern === undefined) {
    report(builder, ['control_file', 'pattern'], 'A control file needs a name.', {
      expected: "pattern: '{filename}_ctrl.xml'",
      found: 'nothing',
    });
  } else if (pattern !== undefined && (!pattern.includes('{filename}') || pattern === '{filename}' || /[*?]/.test(pattern))) {
    report(builder, ['control_file', 'pattern'], 'The name does not follow from the data file’s.', {
      expected: '{filename} and something besides, without * and ?',
      found: pattern,
    });
  }
}

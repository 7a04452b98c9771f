/** source: where files arrive and how they are written, with the defaults that follow from the path pattern. */
import { isTimeZone } from '../../types/time-zone.ts';
import { withoutCompression } from '../compression.ts';
import { parsePathPattern } from '../path-pattern.ts';
import type { CsvDialect, Source, SourceFormat, XmlLayout } from '../source-spec.ts';
import { report, type Builder } from './builder.ts';
import { parseJsonPath } from './json-path.ts';

const ENCODINGS: Readonly<Record<string, Source['encoding']>> = {
  'utf-8': 'utf-8',
  utf8: 'utf-8',
  'utf-16': 'utf-16',
  utf16: 'utf-16',
  'utf-16le': 'utf-16le',
  'utf-16be': 'utf-16be',
  'latin-1': 'latin-1',
  latin1: 'latin-1',
  'iso-8859-1': 'latin-1',
  'windows-1252': 'windows-1252',
  cp1252: 'windows-1252',
};
const FORMAT_OF_EXTENSION: Readonly<Record<string, SourceFormat>> = {
  csv: 'csv',
  tsv: 'csv',
  psv: 'csv',
  txt: 'csv',
  json: 'json',
  jsonl: 'jsonl',
  ndjson: 'jsonl',
  xml: 'xml',
  fix: 'fix',
  parquet: 'parquet',
};
const FORMATS: readonly SourceFormat[] = ['csv', 'json', 'jsonl', 'xml', 'fixed_width', 'fix', 'parquet'];
const NAMED_CHARACTERS: Readonly<Record<string, string>> = { '\\t': '\t', tab: '\t', comma: ',', semicolon: ';', pipe: '|' };

/** undefined when the pattern itself is wrong: nothing else can be told then. */
export function buildSource(builder: Builder): Source | undefined {
  return builder.document.source.type === 'stream' ? buildStreamSource(builder) : buildFileSource(builder);
}

function buildFileSource(builder: Builder): Source | undefined {
  const { source } = builder.document;
  const { path_pattern: written } = source;
  if (written === undefined) {
    report(builder, ['source', 'path_pattern'], 'A key is missing.', {
      expected: 'path_pattern: glob below landing/, e.g. murex/trades_*.xml (of files); or type: stream',
      found: 'nothing',
    });
    return undefined;
  }
  const parsed = parsePathPattern(written);
  if (!parsed.ok) {
    report(builder, ['source', 'path_pattern'], parsed.message, { expected: parsed.expected, found: written, textOffset: parsed.offset });
    return undefined;
  }
  const extension = /\.([A-Za-z0-9]+)$/.exec(withoutCompression(written))?.[1]?.toLowerCase() ?? '';
  const format = formatOf(source.format) ?? FORMAT_OF_EXTENSION[extension] ?? 'csv';
  return buildLayout(builder, { type: 'file', path_pattern: parsed.pattern, format, extension });
}

/** One record a message: what a file has around its records there is none of. */
function buildStreamSource(builder: Builder): Source {
  const format = formatOf(builder.document.source.format) ?? 'json';
  if (format === 'xml' || format === 'parquet') {
    report(builder, ['source', 'format'], `A message of ${format} cannot be judged by itself.`, {
      expected: 'json, jsonl, csv, fix or fixed_width',
      found: format,
    });
  }
  return buildLayout(builder, { type: 'stream', path_pattern: null, format, extension: '' });
}

type Kind = Pick<Source, 'type' | 'path_pattern' | 'format'> & { readonly extension: string };

function buildLayout(builder: Builder, { type, path_pattern, format, extension }: Kind): Source {
  const { source } = builder.document;
  refuseForeignKeys(builder, format);
  return {
    type,
    path_pattern,
    format,
    encoding: buildEncoding(builder, format),
    timezone: checkedZone(builder, ['source', 'timezone'], source.timezone),
    csv: buildDialect(builder, extension, format),
    xml: format === 'xml' ? buildXml(builder) : null,
    records: buildRecords(builder),
    record_width: source.record_width ?? null,
    fix: format === 'fix' ? { separator: source.separator ?? null, message_types: source.message_types ?? null } : null,
  };
}

/** The zone, or UTC where there is none or it is no zone (which is reported). */
export function checkedZone(builder: Builder, path: readonly (string | number)[], zone: string | undefined): string {
  if (zone !== undefined && !isTimeZone(zone)) {
    report(builder, path, 'There is no such time zone.', { expected: 'an IANA name, e.g. Europe/Paris or UTC', found: zone });
    return 'UTC';
  }
  return zone ?? 'UTC';
}

function formatOf(format: string | undefined): SourceFormat | undefined {
  return FORMATS.find((each) => each === format);
}

const KEYS_OF_FORMAT: Readonly<Record<string, readonly SourceFormat[]>> = {
  encoding: ['csv', 'json', 'jsonl', 'xml', 'fixed_width', 'fix'],
  decimal_separator: ['csv', 'json', 'jsonl', 'xml', 'fixed_width', 'fix'],
  delimiter: ['csv'],
  quote: ['csv'],
  escape: ['csv'],
  has_header: ['csv', 'fixed_width'],
  skip_rows: ['csv', 'fixed_width'],
  comment: ['csv', 'fixed_width'],
  ignore_columns: ['csv', 'fix', 'parquet'],
  root_element: ['xml'],
  row_element: ['xml'],
  xml_config: ['xml'],
  records: ['json'],
  record_width: ['fixed_width'],
  separator: ['fix'],
  message_types: ['fix'],
};

function refuseForeignKeys(builder: Builder, format: SourceFormat): void {
  for (const key of Object.keys(builder.document.source)) {
    const formats = KEYS_OF_FORMAT[key];
    if (formats !== undefined && !formats.includes(format)) {
      builder.problems.push(
        builder.yaml.problemAtKey(['source', key], `${key} has no meaning for ${format}.`, {
          expected: `format ${formats.join(', ')}`,
          found: format,
        }),
      );
    }
  }
}

function buildEncoding(builder: Builder, format: SourceFormat): Source['encoding'] {
  const written = builder.document.source.encoding ?? 'utf-8';
  const encoding = ENCODINGS[written.toLowerCase()];
  if (encoding === undefined) {
    report(builder, ['source', 'encoding'], 'This encoding is not supported yet.', {
      expected: Object.keys(ENCODINGS).join(', '),
      found: written,
      unsupported: true,
    });
  }
  if (builder.document.source.type === 'stream' && encoding?.startsWith('utf-16') === true) {
    report(builder, ['source', 'encoding'], 'Messages in UTF-16 cannot be judged one by one.', {
      expected: 'utf-8, latin-1 or windows-1252',
      found: written,
    });
  } else if (format === 'fix' && encoding?.startsWith('utf-16') === true) {
    report(builder, ['source', 'encoding'], 'The lengths and sums of FIX are those of single bytes.', {
      expected: 'utf-8, latin-1 or windows-1252',
      found: written,
    });
  }
  return encoding ?? 'utf-8';
}

function buildDialect(builder: Builder, extension: string, format: SourceFormat): CsvDialect {
  const { source } = builder.document;
  const byExtension = extension === 'tsv' ? '\t' : extension === 'psv' ? '|' : ',';
  const delimiter = character(builder, 'delimiter', source.delimiter) ?? byExtension;
  const quote = source.quote === undefined ? '"' : character(builder, 'quote', source.quote);
  const escape = source.escape === undefined ? quote : character(builder, 'escape', source.escape);
  const comment = character(builder, 'comment', source.comment);
  const special = [delimiter, quote, comment].filter((each) => each !== null);
  if (new Set(special).size < special.length) {
    report(builder, ['source'], 'delimiter, quote and comment must differ.', { found: special.join(' ') });
  }
  return {
    delimiter,
    quote,
    escape,
    has_header: source.has_header ?? (format !== 'fixed_width' && source.type !== 'stream'),
    skip_rows: source.skip_rows ?? 0,
    comment,
    null_values: (source.null_values ?? []).map((_, index) => builder.yaml.sourceText(['source', 'null_values', index]) ?? ''),
    decimal_separator: source.decimal_separator ?? '.',
    // A tag is known by its digits.
    ignore_columns: (source.ignore_columns ?? []).map((item) => (format === 'fix' ? String(item) : item)),
  };
}

function character(builder: Builder, key: 'delimiter' | 'quote' | 'escape' | 'comment', written: string | null | undefined): string | null {
  if (written === undefined || written === null || (written === '' && key !== 'delimiter')) {
    return null;
  }
  const value = NAMED_CHARACTERS[written.toLowerCase()] ?? written;
  if (!/^[\x01-\x7f]$/.test(value) || /[\r\n]/.test(value)) {
    report(builder, ['source', key], `${key} is no single character.`, { expected: 'one ASCII character', found: written });
  }
  return value;
}

function buildXml(builder: Builder): XmlLayout {
  const { source } = builder.document;
  const config = source.xml_config ?? {};
  const inConfig = config.row_element !== undefined;
  const row = source.row_element ?? config.row_element;
  if (row === undefined) {
    report(builder, ['source', 'row_element'], 'XML needs the element of one record.', { expected: 'row_element: name', found: 'nothing' });
  }
  const rowPath = inConfig ? ['source', 'xml_config', 'row_element'] : ['source', 'row_element'];
  const root = source.root_element ?? config.root_element;
  const rootPath = config.root_element === undefined ? ['source', 'root_element'] : ['source', 'xml_config', 'root_element'];
  return {
    root_element: root === undefined ? null : elementName(builder, rootPath, root),
    row_element: row === undefined ? '' : elementName(builder, rowPath, row),
    namespaces: config.namespaces ?? {},
    flatten_nested: config.flatten_nested ?? false,
  };
}

/** `//trade` and `/trade` are the element trade. */
function elementName(builder: Builder, path: readonly string[], written: string): string {
  const name = written.replace(/^\.?\/{1,2}/, '');
  const prefix = /^([^:/]+):[^:/]+$/.exec(name)?.[1];
  const namespaces = builder.document.source.xml_config?.namespaces ?? {};
  if (!/^(?:[\w.-]+:)?[\w.-]+$/u.test(name)) {
    report(builder, path, 'This is no element name.', {
      expected: 'a name, with the prefix of a namespace where it has one',
      found: written,
    });
  } else if (prefix !== undefined && !Object.hasOwn(namespaces, prefix)) {
    report(builder, path, `The prefix ${prefix} has no namespace.`, { expected: `source.xml_config.namespaces.${prefix}`, found: written });
  }
  return name;
}

function buildRecords(builder: Builder): string {
  const written = builder.document.source.records;
  if (written === undefined) {
    return '';
  }
  const steps = parseJsonPath(written);
  if (steps === undefined) {
    report(builder, ['source', 'records'], 'This is no path into a JSON document.', {
      expected: '/data/trades or $.data.trades',
      found: written,
    });
    return '';
  }
  return steps.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

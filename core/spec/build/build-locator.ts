/** Where a column's value stands in a record, by the format of the source. */
import type { ColumnDocument } from '../document/document-model.ts';
import type { ColumnLocator, Source } from '../source-spec.ts';
import { report, reportKey, type Builder } from './builder.ts';
import { parseJsonPath } from './json-path.ts';
import { parseXpath } from './xpath.ts';

const KEYS: Readonly<Record<Source['format'], readonly string[]>> = {
  csv: ['path', 'position'],
  json: ['path'],
  jsonl: ['path'],
  xml: ['xpath', 'path'],
  fixed_width: ['position', 'width'],
  fix: ['tag'],
  parquet: ['path'],
};

export function buildLocator(builder: Builder, source: Source, document: ColumnDocument, index: number): ColumnLocator {
  for (const key of ['xpath', 'path', 'position', 'width', 'tag'] as const) {
    if (document[key] !== undefined && !KEYS[source.format].includes(key)) {
      reportKey(builder, ['schema', index, key], `${key} has no meaning for ${source.format}.`, {
        expected: KEYS[source.format].join(' or '),
        found: key,
      });
    }
  }
  switch (source.format) {
    case 'csv':
      return csvLocator(builder, source, document, index);
    case 'json':
    case 'jsonl':
    case 'parquet':
      return jsonLocator(builder, document, index);
    case 'xml':
      return xmlLocator(builder, source, document, index);
    case 'fixed_width':
      return charactersLocator(builder, source, document, index);
    case 'fix':
      return tagLocator(builder, document, index);
  }
}

function csvLocator(builder: Builder, source: Source, document: ColumnDocument, index: number): ColumnLocator {
  if (document.position !== undefined) {
    if (document.path !== undefined) {
      reportKey(builder, ['schema', index, 'path'], 'path and position exclude each other.', { expected: 'one of them', found: 'both' });
    }
    const earlier = builder.document.schema.findIndex(({ position }) => position === document.position);
    if (earlier < index) {
      report(builder, ['schema', index, 'position'], `The column ${builder.document.schema[earlier]?.name ?? ''} has this position.`, {
        expected: 'a position of its own',
        found: String(document.position),
      });
    }
    return { kind: 'position', position: document.position };
  }
  if (source.csv.has_header) {
    return { kind: 'header', text: document.path ?? document.name };
  }
  if (document.path !== undefined) {
    reportKey(builder, ['schema', index, 'path'], 'Without a header there is no header text.', { expected: 'position', found: 'path' });
  }
  if (builder.document.schema.some(({ position }) => position !== undefined)) {
    report(builder, ['schema', index], 'Without a header either every column has a position or none has.', {
      expected: 'position',
      found: 'nothing',
    });
  }
  return { kind: 'position', position: index + 1 };
}

function jsonLocator(builder: Builder, document: ColumnDocument, index: number): ColumnLocator {
  const steps = document.path === undefined ? [document.name] : parseJsonPath(document.path);
  if (steps === undefined || steps.length === 0) {
    report(builder, ['schema', index, 'path'], 'This is no path into a record.', {
      expected: '/order/price or order.legs[0].price',
      found: document.path,
    });
    return { kind: 'json_path', steps: [document.name] };
  }
  return { kind: 'json_path', steps };
}

function xmlLocator(builder: Builder, source: Source, document: ColumnDocument, index: number): ColumnLocator {
  const key = document.xpath === undefined ? 'path' : 'xpath';
  const written = document.xpath ?? document.path ?? document.name;
  const context = { rowElement: source.xml?.row_element ?? '', namespaces: source.xml?.namespaces ?? {} };
  const steps = parseXpath(written, context);
  if ('problem' in steps) {
    report(builder, ['schema', index, key], 'This is no path that can be followed from the row element.', {
      expected: 'child elements, then @attribute or text(): Header/TradeId, @id, legs/leg[1]/price',
      found: `${steps.problem} in ${written}`,
    });
    return { kind: 'xpath', steps: [{ kind: 'self' }] };
  }
  return { kind: 'xpath', steps };
}

/** Every column says where it stands; no two share a character. */
function charactersLocator(builder: Builder, source: Source, document: ColumnDocument, index: number): ColumnLocator {
  const path = ['schema', index];
  const { position, width } = document;
  if (position === undefined || width === undefined) {
    report(builder, path, 'A column of fixed width says where it stands.', {
      expected: 'position (of its first character, from 1) and width',
      found: position === undefined ? (width === undefined ? 'neither' : 'width only') : 'position only',
    });
    return { kind: 'characters', position: 1, width: 1 };
  }
  if (document.mode === 'REPEATED') {
    reportKey(builder, [...path, 'mode'], 'A line of fixed width holds no list.', { expected: 'NULLABLE or REQUIRED', found: 'REPEATED' });
  }
  const end = position + width;
  const other = builder.document.schema.find(
    (each, at) => at < index && (each.position ?? end) < end && (each.position ?? 0) + (each.width ?? 0) > position,
  );
  if (other !== undefined) {
    report(builder, path, `The column ${other.name} has some of these characters.`, {
      expected: 'characters of its own',
      found: `${String(position)} to ${String(end - 1)}`,
    });
  }
  if (source.record_width !== null && end - 1 > source.record_width) {
    report(builder, path, 'The column ends behind the line.', {
      expected: `at most record_width ${String(source.record_width)}`,
      found: `${String(position)} to ${String(end - 1)}`,
    });
  }
  return { kind: 'characters', position, width };
}

function tagLocator(builder: Builder, document: ColumnDocument, index: number): ColumnLocator {
  const path = ['schema', index];
  const { tag } = document;
  if (tag === undefined) {
    report(builder, path, 'A column of FIX has a tag.', { expected: 'tag: 55', found: 'nothing' });
    return { kind: 'tag', tag: 0 };
  }
  const earlier = builder.document.schema.findIndex((each) => each.tag === tag);
  if (earlier < index) {
    report(builder, [...path, 'tag'], `The column ${builder.document.schema[earlier]?.name ?? ''} has this tag.`, {
      expected: 'a tag of its own',
      found: String(tag),
    });
  }
  if (document.mode === 'REPEATED') {
    reportKey(builder, [...path, 'mode'], 'Repeating groups of FIX are kept as JSON.', { expected: 'type: JSON', found: 'REPEATED' });
  }
  return { kind: 'tag', tag };
}

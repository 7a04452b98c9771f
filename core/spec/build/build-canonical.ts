/** canonical: which canonical columns the source's columns are, said by the spec or following from their names. */
import { CANONICAL_ENTITIES, type CanonicalColumn, type CanonicalEntity, type EntityName } from '../../canonical/entities.ts';
import { DEFAULT_NAMES, SIDE_WORDS } from '../../canonical/default-names.ts';
import { castTo, parseExpression } from '../../expression/parse-expression.ts';
import type { Expression } from '../../expression/expression.ts';
import { callsFunction, referencedColumns } from '../../expression/referenced-columns.ts';
import type { ColumnTypes } from '../../expression/type-check.ts';
import type { ColumnType, TypeKind } from '../../types/column-type.ts';
import { nearestWord } from '../../types/nearest-word.ts';
import { printType } from '../../types/type-text.ts';
import type { Canonical, Column, Identity } from '../source-spec.ts';
import { report, reportExpression, reportKey, type Builder } from './builder.ts';

type Mapping = Canonical['map'][number];

const STRING: ColumnType = { kind: 'STRING' };

export function buildCanonical(builder: Builder, columns: readonly Column[], types: ColumnTypes, identity: Identity | null): Canonical {
  const wanted = builder.document.canonical?.entity;
  const entityName: EntityName = wanted ?? (builder.document.processing?.identity === undefined ? 'none' : 'trades');
  const entity: CanonicalEntity = CANONICAL_ENTITIES[entityName];
  const map = new Map<string, Mapping>();
  mapAsWritten(builder, entity, entityName, types, map);
  mapByNames(entity, columns, identity, map);
  mapByDefault(entity, map);
  checkRequired(builder, entity, entityName, columns, map);
  checkSides(builder, columns, map);
  const ordered = entity.columns.flatMap(({ name }) => map.get(name) ?? []);
  return { entity: entityName, map: ordered };
}

function mapAsWritten(builder: Builder, entity: CanonicalEntity, entityName: string, types: ColumnTypes, map: Map<string, Mapping>): void {
  const known = entity.columns.map(({ name }) => name);
  for (const name of Object.keys(builder.document.canonical?.map ?? {})) {
    const path = ['canonical', 'map', name];
    const column = entity.columns.find((each) => each.name === name);
    if (column === undefined) {
      const nearest = nearestWord(name, known);
      reportKey(builder, path, `${entityName} has no canonical column ${name}.`, {
        expected: nearest === undefined ? known.join(', ') || 'an entity other than none' : `perhaps ${nearest}`,
        found: name,
      });
      continue;
    }
    const expression = readMapping(builder, path, column, types);
    if (expression !== undefined) {
      map.set(name, { column: name, expression: withSides(column, expression), origin: 'spec' });
    }
  }
}

/** A column's name, a constant (a number, a 'quoted' text, or a word of capitals that is no column), or an expression. */
function readMapping(builder: Builder, path: readonly string[], column: CanonicalColumn, types: ColumnTypes): Expression | undefined {
  const text = builder.yaml.sourceText(path);
  if (text === null) {
    return { kind: 'literal', type: column.type, value: null };
  }
  const isWord = /^[A-Z][A-Z0-9_]*$/.test(text) && !types.has(text) && nearestWord(text, types.keys()) === undefined;
  const parsed = isWord
    ? ({ ok: true, expression: { kind: 'literal', type: STRING, value: text } } as const)
    : parseExpression(text, types);
  if (!parsed.ok) {
    reportExpression(builder, path, parsed.problem);
    return undefined;
  }
  const { expression } = parsed;
  if (callsFunction(expression, 'current_timestamp')) {
    report(builder, path, 'A mapping must give the same at any time.', { expected: 'no current_timestamp()', found: text });
    return undefined;
  }
  const isText = expression.type.kind === 'STRING' && expression.kind !== 'literal';
  if (isText && column.type.kind !== 'STRING') {
    // Such a cast would fail in the warehouse, on a value that was accepted.
    report(builder, path, `${column.name} is ${printType(column.type)} and does not follow from a text.`, {
      expected: `a column of type ${printType(column.type)}, or cast(... as ...)`,
      found: `${text} of type STRING`,
    });
    return undefined;
  }
  const cast = castTo(expression, column.type);
  if (!cast.ok) {
    reportExpression(builder, path, cast.problem);
    return undefined;
  }
  return cast.expression;
}

/** Kinds that always have a form in a canonical type. */
const SAFE_KINDS: Readonly<Partial<Record<TypeKind, readonly TypeKind[]>>> = {
  STRING: ['STRING', 'INT64', 'DECIMAL', 'BOOL', 'DATE', 'TIME', 'DATETIME', 'TIMESTAMP'],
  INT64: ['INT64'],
  DECIMAL: ['DECIMAL', 'INT64', 'FLOAT64'],
  BOOL: ['BOOL'],
  DATE: ['DATE', 'DATETIME', 'TIMESTAMP'],
  TIMESTAMP: ['TIMESTAMP', 'DATETIME', 'DATE'],
};

function mapByNames(entity: CanonicalEntity, columns: readonly Column[], identity: Identity | null, map: Map<string, Mapping>): void {
  const taken = new Set<string>();
  for (const { expression } of map.values()) {
    if (expression.kind === 'column') {
      taken.add(expression.name);
    }
  }
  if (identity !== null && entity.kind === 'transaction' && entity.key !== null && !map.has(entity.key)) {
    map.set(entity.key, { column: entity.key, expression: identity.source_id, origin: 'name' });
    identity.columns.forEach((name) => taken.add(name));
  }
  // Own names first, for all: a column called venue is never taken for another one's synonym.
  for (const names of [(own: string) => [own], (own: string) => DEFAULT_NAMES[own] ?? []]) {
    for (const canonical of entity.columns) {
      const found = map.has(canonical.name) ? undefined : firstNamed(names(canonical.name), canonical, columns, taken);
      const cast = found === undefined ? undefined : castTo({ kind: 'column', type: found.type, name: found.name }, canonical.type);
      if (found !== undefined && cast?.ok === true) {
        taken.add(found.name);
        map.set(canonical.name, { column: canonical.name, expression: withSides(canonical, cast.expression), origin: 'name' });
      }
    }
  }
}

function firstNamed(
  names: readonly string[],
  canonical: CanonicalColumn,
  columns: readonly Column[],
  taken: ReadonlySet<string>,
): Column | undefined {
  for (const name of names) {
    const column = columns.find((each) => !taken.has(each.name) && plainName(each.name) === plainName(name));
    if (column !== undefined && column.mode !== 'REPEATED' && SAFE_KINDS[canonical.type.kind]?.includes(column.type.kind) === true) {
      return column;
    }
  }
  return undefined;
}

function plainName(name: string): string {
  return name.replaceAll('_', '').toLowerCase();
}

function mapByDefault(entity: CanonicalEntity, map: Map<string, Mapping>): void {
  const put = (column: string, expression: Expression): void => {
    if (entity.columns.some(({ name }) => name === column) && !map.has(column)) {
      map.set(column, { column, expression, origin: 'default' });
    }
  };
  if (entity.kind === 'transaction') {
    put('status', { kind: 'literal', type: STRING, value: 'NEW' });
    put('version', { kind: 'literal', type: { kind: 'INT64' }, value: 1n });
    for (const [date, time] of [
      ['trade_date', 'trade_time'],
      ['order_date', 'order_time'],
    ] as const) {
      const moment = map.get(time)?.expression;
      if (moment !== undefined) {
        put(date, { kind: 'call', type: { kind: 'DATE' }, function: 'date', arguments: [moment] });
      }
    }
  }
}

/** A side that comes from a column as it stands is brought to BUY or SELL; what is neither stays, in capitals. */
function withSides(canonical: CanonicalColumn, expression: Expression): Expression {
  const isColumn = expression.kind === 'column' || (expression.kind === 'cast' && expression.operand.kind === 'column');
  if (canonical.name !== 'side' || !isColumn) {
    return expression;
  }
  const word: Expression = {
    kind: 'call',
    type: STRING,
    function: 'upper',
    arguments: [{ kind: 'call', type: STRING, function: 'trim', arguments: [expression] }],
  };
  const text = (value: string): Expression => ({ kind: 'literal', type: STRING, value });
  const isOneOf = (words: readonly string[]): Expression => ({
    kind: 'call',
    type: { kind: 'BOOL' },
    function: 'in',
    arguments: [word, ...words.map(text)],
  });
  const branches = (['BUY', 'SELL'] as const).map((side) => ({ when: isOneOf(SIDE_WORDS[side]), then: text(side) }));
  return { kind: 'case', type: STRING, branches, otherwise: word };
}

/** Allowed values that are neither side: they would reach the extract as they stand. */
function checkSides(builder: Builder, columns: readonly Column[], map: ReadonlyMap<string, Mapping>): void {
  const side = map.get('side')?.expression;
  const read = side?.kind === 'case' ? side.otherwise : null;
  const names = read === null ? [] : [...referencedColumns(read)];
  const column = columns.find(({ name }) => name === names[0]);
  // A case that the spec wrote itself says what becomes of each value.
  if (column === undefined || isWritten(builder, column.name)) return;
  const words: readonly string[] = [...SIDE_WORDS.BUY, ...SIDE_WORDS.SELL];
  const unknown = (column.allowed_values ?? []).filter((value) => typeof value === 'string' && !words.includes(value.trim().toUpperCase()));
  if (unknown.length === 0) return;
  const example = `case when ${column.name} = '${String(unknown[0])}' then 'BUY' else 'SELL' end`;
  report(builder, ['schema', columns.indexOf(column), 'allowed_values'], 'A side that is read neither as BUY nor as SELL.', {
    expected: `words for the sides (docs/reference/source-spec.md), or canonical.map.side, e.g. ${example}`,
    found: unknown.map(String).join(', '),
  });
}

/** Whether canonical.map gives the side by more than the column's name. */
function isWritten(builder: Builder, column: string): boolean {
  const text = builder.yaml.sourceText(['canonical', 'map', 'side']);
  return text !== null && text.trim().replaceAll('"', '') !== column;
}

function checkRequired(
  builder: Builder,
  entity: CanonicalEntity,
  entityName: string,
  columns: readonly Column[],
  map: ReadonlyMap<string, Mapping>,
): void {
  const written = Object.keys(builder.document.canonical?.map ?? {});
  const place = builder.document.canonical === undefined ? ['schema'] : ['canonical'];
  for (const { name, required, type } of entity.columns) {
    if (required && !map.has(name) && !written.includes(name)) {
      const synonyms = [name, ...(DEFAULT_NAMES[name] ?? [])];
      const wrong = columns.find((column) => synonyms.some((each) => plainName(each) === plainName(column.name)));
      report(builder, place, `A source of ${entityName} needs ${name}.`, {
        expected: `a column ${synonyms.slice(0, 4).join(', ')}, ... of type ${printType(type)}, or canonical.map.${name}`,
        found: wrong === undefined ? 'no such column' : `${wrong.name} of type ${wrong.type_text}`,
      });
    }
  }
  for (const choices of entity.one_of) {
    if (!choices.some((name) => map.has(name) || written.includes(name))) {
      report(builder, place, `A source of ${entityName} needs one of ${choices.join(' and ')}.`, {
        expected: choices.map((name) => `canonical.map.${name}`).join(' or '),
        found: 'none of them',
      });
    }
  }
}

/** docs/reference/source-spec.md: every key of a source spec, from its schema, and what follows from names. */
import { DEFAULT_NAMES, SIDE_WORDS } from '../../core/canonical/default-names.ts';
import { CANONICAL_ENTITIES } from '../../core/canonical/entities.ts';
import { SourceSpecModel } from '../../core/spec/document/document-model.ts';
import { printType } from '../../core/types/type-text.ts';
import { page, table } from './markdown.ts';
import { keysOf, type Schema } from './schema-keys.ts';

const NOT_YET = ['api'];

export function sourceSpecPage(): string {
  const rows = keysOf(SourceSpecModel as Schema, '', NOT_YET);
  return page(
    '# Source spec: every key',
    'One YAML file for each source below `source_specs/`, named as the source. Keys that are not listed here are refused, and so is a plain scalar that YAML 1.1 and 1.2 read differently (`NO`, `2023-01-01`, `06:00`, `0123`): quote it. [Adding a source](../adding-a-source.md) shows how one comes to be; the JSON Schema is [source-spec.schema.json](schemas/source-spec.schema.json).',
    table(['key', 'must be there', 'form', 'meaning'], rows),
    'Of `source.type`, api is not supported yet. Durations are texts: a whole number and `ms`, `s`, `m` or `h`.',
    '## Canonical columns',
    'Without `canonical.map` a canonical column is the first source column with its own name or one of these, case and underscores apart; each source column is taken once, own names first.',
    ...Object.entries(CANONICAL_ENTITIES)
      .filter(([name]) => name !== 'none')
      .flatMap(([name, entity]) => [
        `### ${name}`,
        table(
          ['column', 'type', 'must be there', 'names it is known by', 'meaning'],
          entity.columns.map((column) => [
            `\`${column.name}\``,
            printType(column.type),
            column.required ? 'yes' : '',
            (DEFAULT_NAMES[column.name] ?? []).join(', '),
            column.description,
          ]),
        ),
        ...(entity.one_of.length === 0
          ? []
          : [`At least one of ${entity.one_of.map((names) => names.join(' and ')).join('; ')} must be there.`]),
      ]),
    `A side is read as BUY from ${SIDE_WORDS.BUY.join(', ')} and as SELL from ${SIDE_WORDS.SELL.join(', ')}, in any case.`,
  );
}

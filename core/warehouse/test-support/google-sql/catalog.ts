/** The tables that a statement may name, as plain objects, in the analyzer's form. */
import { typeProto, type TypeProto } from './type-text.ts';

export interface CatalogTable {
  /** Column name -> BigQuery type as text, e.g. 'NUMERIC(38,9)', 'ARRAY<STRING>', 'STRUCT<a INT64>'. */
  readonly columns: Readonly<Record<string, string>>;
  /** Has the pseudo columns _PARTITIONDATE and _PARTITIONTIME. */
  readonly ingestionTimePartitioned?: boolean;
}

/** project > dataset > table. */
export type Catalog = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, CatalogTable>>>>>>;

interface ColumnProto {
  readonly name: string;
  readonly type: TypeProto;
  readonly isPseudoColumn?: boolean;
}
interface TableProto {
  readonly name: string;
  readonly fullName: string;
  readonly column: readonly ColumnProto[];
}
interface CatalogProto {
  readonly name: string;
  readonly table?: readonly TableProto[];
  readonly catalog?: readonly CatalogProto[];
  readonly builtinFunctionOptions?: object;
}

/**
 * A table is found as `project`.`dataset`.`table`, as `project.dataset.table`, and in the first project, which is the default
 * one, as dataset.table too. Names are matched in any case, where BigQuery is exact.
 */
export function catalogProto(catalog: Catalog, language: object): CatalogProto {
  const projects = Object.entries(catalog);
  const [, defaultDatasets = {}] = projects[0] ?? [];
  return {
    name: 'catalog',
    builtinFunctionOptions: { languageOptions: language },
    table: projects.flatMap(([project, datasets]) => dottedTables(project, datasets)),
    catalog: [
      ...projects.map(([project, datasets]) => ({ name: project, catalog: datasetProtos(project, datasets) })),
      ...datasetProtos('', defaultDatasets).filter(({ name }) => catalog[name] === undefined),
    ],
  };
}

function datasetProtos(project: string, datasets: Catalog[string]): CatalogProto[] {
  return Object.entries(datasets).map(([dataset, tables]) => ({
    name: dataset,
    table: Object.entries(tables).map(([name, table]) => tableProto(name, [project, dataset, name], table)),
  }));
}

function dottedTables(project: string, datasets: Catalog[string]): TableProto[] {
  return Object.entries(datasets).flatMap(([dataset, tables]) =>
    Object.entries(tables).map(([name, table]) => tableProto([project, dataset, name].join('.'), [project, dataset, name], table)),
  );
}

function tableProto(name: string, path: readonly string[], table: CatalogTable): TableProto {
  const columns = Object.entries(table.columns).map(([column, type]) => ({ name: column, type: typeProto(type) }));
  const pseudo = [
    { name: '_PARTITIONDATE', type: typeProto('DATE'), isPseudoColumn: true },
    { name: '_PARTITIONTIME', type: typeProto('TIMESTAMP'), isPseudoColumn: true },
  ];
  const fullName = path.filter((part) => part !== '').join('.');
  return { name, fullName, column: table.ingestionTimePartitioned === true ? [...columns, ...pseudo] : columns };
}

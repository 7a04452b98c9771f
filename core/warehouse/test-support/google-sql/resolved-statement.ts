/** Reads what a resolved statement is and gives out of the analyzer's answer, which nests a node in its kinds and parents. */
import { typeText, type TypeParameters, type TypeProto } from './type-text.ts';

export interface AnalysedColumn {
  readonly name: string;
  /** FLOAT64, ARRAY<STRUCT<a INT64>>; of a CREATE TABLE with its digits: NUMERIC(10,2). */
  readonly type: string;
}

export interface Statement {
  /** QUERY, CREATE_TABLE, CREATE_TABLE_AS_SELECT, CREATE_VIEW, MERGE, INSERT, UPDATE, DELETE, ALTER_TABLE, DROP, ... */
  readonly kind: string;
  /** Of what selects: its output. Of a CREATE TABLE: its columns. Else empty. */
  readonly columns: readonly AnalysedColumn[];
}

type Node = Readonly<Record<string, unknown>>;

export function statementOf(resolved: unknown): Statement {
  const chain = nodes(resolved);
  const names = chain.flatMap(({ name }) => (name === 'parent' ? [] : [name]));
  const deepest = names.at(-1) ?? '';
  return { kind: kindOf(deepest), columns: outputColumns(chain) ?? definedColumns(chain) ?? [] };
}

/** The statement's nodes from its most general kind to its own, each followed by the parents that it extends. */
function nodes(resolved: unknown): readonly { readonly name: string; readonly node: Node }[] {
  const found: { name: string; node: Node }[] = [];
  let [name, node] = inner(resolved);
  while (node !== undefined) {
    found.push({ name, node });
    for (let parent = asNode(node['parent']); parent !== undefined; parent = asNode(parent['parent'])) {
      found.push({ name: 'parent', node: parent });
    }
    [name, node] = inner(node);
  }
  return found;
}

function inner(value: unknown): [string, Node | undefined] {
  const node = asNode(value);
  const name = typeof node?.['node'] === 'string' ? node['node'] : '';
  return [name, asNode(node?.[name])];
}

function asNode(value: unknown): Node | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Node) : undefined;
}

/** resolvedCreateTableAsSelectStmtNode -> CREATE_TABLE_AS_SELECT */
function kindOf(nodeName: string): string {
  const words = nodeName.replace(/^resolved/, '').replace(/(Stmt)?Node$/, '');
  return words.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase();
}

interface Column {
  readonly name: string;
  readonly column?: { readonly type: TypeProto } | null;
  readonly type?: TypeProto | null;
  readonly annotations?: { readonly typeParameters?: TypeParameters | null } | null;
}

function list(chain: ReturnType<typeof nodes>, key: string): readonly Column[] | undefined {
  const lists = chain.map(({ node }) => node[key]).filter((value) => Array.isArray(value) && value.length > 0);
  return lists[0] as readonly Column[] | undefined;
}

function outputColumns(chain: ReturnType<typeof nodes>): readonly AnalysedColumn[] | undefined {
  return list(chain, 'outputColumnList')?.map(({ name, column }) => ({ name, type: column ? typeText(column.type) : '' }));
}

function definedColumns(chain: ReturnType<typeof nodes>): readonly AnalysedColumn[] | undefined {
  return list(chain, 'columnDefinitionList')?.map(({ name, type, annotations }) => ({
    name,
    type: type ? typeText(type, annotations?.typeParameters) : '',
  }));
}

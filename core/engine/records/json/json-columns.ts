/** From a JSON record to the texts of the schema's columns, and what of it the schema does not know. */
import type { SourceSpec } from '../../../spec/source-spec.ts';
import { decoderOf, hasHighBytes, renderUndecodable, type DecodeText } from '../../decode/charset.ts';
import type { EngineLimits } from '../../limits.ts';
import { CELL, emptyCells, NO_FAULTS, type RawCell, type RawCells, type RecordFault } from '../../values/raw-cells.ts';
import { UnknownMembers } from '../unknown-members.ts';
import type { JsonNode } from './json-tree.ts';

/** The columns' paths as a tree: members by name, array elements by index. */
interface PathNode {
  readonly children: Map<string | number, PathNode>;
  column: number | null;
}

export class JsonColumns {
  private readonly spec: SourceSpec;
  private readonly decode: DecodeText;
  private readonly root: PathNode = { children: new Map(), column: null };
  private readonly cells: RawCells;
  private readonly unknown: UnknownMembers;

  constructor(spec: SourceSpec, limits: EngineLimits) {
    this.spec = spec;
    this.decode = decoderOf(spec.source.encoding);
    this.cells = emptyCells(spec.schema.length);
    this.unknown = new UnknownMembers(spec, limits);
    spec.schema.forEach((column, index) => {
      const steps = column.locator.kind === 'json_path' ? column.locator.steps : [column.name];
      nodeAt(this.root, steps).column = index;
    });
  }

  /** `source` is the record's byte string. */
  cellsOf(record: JsonNode, source: string): RawCells {
    const { cells } = this;
    cells.texts.fill(null);
    cells.kinds.fill(CELL.MISSING);
    cells.lists.fill(null);
    this.unknown.clear();
    this.walk(record, this.root, '', source);
    cells.faults = this.unknown.faults.length > 0 ? [...this.unknown.faults] : NO_FAULTS;
    cells.extra = this.unknown.extra();
    return cells;
  }

  private walk(node: JsonNode, path: PathNode, name: string, source: string): void {
    if (node.kind === 'object') {
      for (const member of node.members) {
        const child = member.name === null ? undefined : path.children.get(member.name);
        // As most are: a column of its own with nothing below it.
        if (child !== undefined && child.column !== null && child.children.size === 0) this.fill(child.column, member.value, source);
        else
          this.child(member.value, child, {
            name: `${name}${name === '' ? '' : '.'}${member.name ?? '?'}`,
            source,
            isNamed: member.name !== null,
          });
      }
    } else if (node.kind === 'array') {
      node.items.forEach((item, index) => {
        this.child(item, path.children.get(index), { name: `${name}[${index}]`, source, isNamed: true });
      });
    } else if (node.kind !== 'null' && path.column === null) {
      this.unknown.add(name, this.sourceText(node, source), 'an object with the columns of the schema');
    }
  }

  private child(
    node: JsonNode,
    path: PathNode | undefined,
    { name, source, isNamed }: { name: string; source: string; isNamed: boolean },
  ): void {
    if (!isNamed) {
      this.unknown.addFault(undecodableMember(name));
    } else if (path === undefined) {
      this.unknown.add(name, this.sourceText(node, source), 'only members of the schema');
    } else {
      if (path.column !== null) {
        this.fill(path.column, node, source);
      }
      if (path.children.size > 0) {
        this.walk(node, path, name, source);
      }
    }
  }

  private fill(index: number, node: JsonNode, source: string): void {
    const column = this.spec.schema[index];
    const asJson = column?.type.kind === 'JSON';
    if (!asJson && column?.mode !== 'REPEATED' && fillScalar(this.cells, index, node)) return;
    if (column?.mode === 'REPEATED' && node.kind === 'array') {
      this.cells.lists[index] = node.items.map((item) => this.cellOf(item, asJson, source));
      return;
    }
    const { text, kind } = this.cellOf(node, asJson, source);
    this.cells.texts[index] = text;
    this.cells.kinds[index] = kind;
  }

  private cellOf(node: JsonNode, asJson: boolean, source: string): RawCell {
    if (node.kind === 'null') {
      return { text: null, kind: CELL.NULL };
    }
    if (asJson || node.kind === 'object' || node.kind === 'array') {
      const text = this.sourceText(node, source);
      return text === null ? this.undecodable(node, source) : { text, kind: CELL.STRUCTURE };
    }
    if (node.kind === 'literal') {
      return { text: node.text, kind: CELL.LITERAL };
    }
    return node.text === null ? this.undecodable(node, source) : { text: node.text, kind: CELL.QUOTED };
  }

  private undecodable(node: JsonNode, source: string): RawCell {
    return { text: renderUndecodable(source.slice(node.start, node.end)), kind: CELL.UNDECODABLE };
  }

  /** The value as it stands in the file, null where its bytes are no text. */
  private sourceText(node: JsonNode, source: string): string | null {
    const text = source.slice(node.start, node.end);
    return hasHighBytes(text) ? this.decode(text) : text;
  }
}

/** Text, number or word, as nearly every cell is; false for all others. */
function fillScalar({ texts, kinds }: RawCells, index: number, node: JsonNode): boolean {
  if (node.kind === 'literal') {
    texts[index] = node.text;
    kinds[index] = CELL.LITERAL;
    return true;
  }
  if (node.kind !== 'string' || node.text === null) return false;
  texts[index] = node.text;
  kinds[index] = CELL.QUOTED;
  return true;
}

function nodeAt(root: PathNode, steps: readonly (string | number)[]): PathNode {
  let node = root;
  for (const step of steps) {
    const known = node.children.get(step);
    const next = known ?? { children: new Map<string | number, PathNode>(), column: null };
    node.children.set(step, next);
    node = next;
  }
  return node;
}

function undecodableMember(name: string): RecordFault {
  return {
    code: 'ENCODING_INVALID',
    column: null,
    found: name,
    expected: 'text in the declared encoding',
    message: 'The name of a member holds bytes that are not text in the declared encoding.',
  };
}

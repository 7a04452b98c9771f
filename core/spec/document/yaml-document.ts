/**
 * YAML with places: the plain data for the check, and for every path its position and its source text. What YAML 1.1 and
 * 1.2 read differently is refused (Terraform reads the same files by 1.1), and so is what hides text: anchors, aliases,
 * merge keys, tags, duplicate keys.
 */
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  Scalar,
  type Document,
  type ErrorCode,
  type Node,
  type Pair,
  type YAMLParseError,
} from 'yaml';
import { pathText, type Path, type SpecProblem } from '../spec-problem.ts';
import { yamlTrap } from './yaml-traps.ts';

export interface YamlDocument {
  readonly data: unknown;
  readonly problems: readonly SpecProblem[];
  /** A problem at the value of the path; where there is none, at the nearest thing above. */
  problem(path: Path, message: string, more?: ProblemDetails): SpecProblem;
  /** A problem at the key of the path. */
  problemAtKey(path: Path, message: string, more?: ProblemDetails): SpecProblem;
  /** The scalar as its author wrote it (quotes resolved); null for YAML's null and where there is nothing. */
  sourceText(path: Path): string | null;
  /** Whether the scalar stands without quotes. */
  isPlain(path: Path): boolean;
}

export interface ProblemDetails {
  readonly expected?: string | undefined;
  readonly found?: string | undefined;
  readonly unsupported?: boolean;
  /** Into the text of the scalar, for a place within a rule; only exact for a scalar on one line. */
  readonly textOffset?: number;
}

export function readYaml(text: string, file: string): YamlDocument {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, version: '1.2', schema: 'core', merge: false, prettyErrors: false });
  return new PlacedDocument(text, document, lines, file);
}

class PlacedDocument implements YamlDocument {
  readonly data: unknown;
  readonly problems: SpecProblem[] = [];
  readonly #document: Document.Parsed;
  readonly #lines: LineCounter;
  readonly #file: string;

  constructor(text: string, document: Document.Parsed, lines: LineCounter, file: string) {
    this.#document = document;
    this.#lines = lines;
    this.#file = file;
    for (const { code, message, pos } of errorsToShow(document)) {
      const isDuplicate = code === 'DUPLICATE_KEY';
      const found = isDuplicate ? /^[^:\n]*/.exec(text.slice(pos[0]))?.[0].trim() : undefined;
      const said = isDuplicate ? 'A key is there twice.' : `The YAML does not parse: ${firstLine(message)}`;
      this.problems.push(this.#at(pos[0], [], said, { expected: HINTS[code], found }));
    }
    if (document.directives.yaml.explicit === true) {
      this.problems.push(this.#at(0, [], 'A %YAML directive is not allowed.', { expected: 'YAML without directives' }));
    }
    this.data = document.errors.length === 0 ? this.#convert(document.contents, []) : undefined;
  }

  problem(path: Path, message: string, more: ProblemDetails = {}): SpecProblem {
    const node = this.#nearest(path);
    let offset = node?.range?.[0] ?? 0;
    if (more.textOffset !== undefined && isScalar(node) && isOnOneLine(node)) {
      offset += more.textOffset + (node.type === Scalar.PLAIN ? 0 : 1);
    }
    return this.#at(offset, path, message, more);
  }

  problemAtKey(path: Path, message: string, more: ProblemDetails = {}): SpecProblem {
    const parent = this.#document.getIn(path.slice(0, -1), true);
    const pair = isMap(parent) ? parent.items.find(({ key }) => isScalar(key) && key.value === path.at(-1)) : undefined;
    const offset = isScalar(pair?.key) ? pair.key.range?.[0] : undefined;
    return offset === undefined ? this.problem(path, message, more) : this.#at(offset, path, message, more);
  }

  sourceText(path: Path): string | null {
    const node = this.#document.getIn(path, true);
    if (!isScalar(node) || node.value === null) {
      return null;
    }
    return node.type === Scalar.PLAIN ? (node.source ?? null) : scalarText(node.value);
  }

  isPlain(path: Path): boolean {
    const node = this.#document.getIn(path, true);
    return isScalar(node) && node.type === Scalar.PLAIN;
  }

  #at(offset: number, path: Path, message: string, more: ProblemDetails): SpecProblem {
    const { line, col } = this.#lines.linePos(offset);
    const { expected = null, found = null, unsupported = false } = more;
    // An empty file has no lines to count.
    const place = { line: Math.max(1, line), column: Math.max(1, col) };
    return { file: this.#file, ...place, path: pathText(path), message, expected, found, unsupported };
  }

  #nearest(path: Path): Node | undefined {
    for (let length = path.length; length >= 0; length -= 1) {
      const node = length === 0 ? this.#document.contents : this.#document.getIn(path.slice(0, length), true);
      if (isMap(node) || isSeq(node) || isScalar(node)) {
        return node;
      }
    }
    return undefined;
  }

  #convert(node: unknown, path: Path): unknown {
    if (isAlias(node)) {
      this.#refuse(node, path, 'An alias is not allowed.', 'the value written out');
      return null;
    }
    if (isMap(node)) {
      this.#checkNode(node, path);
      return Object.fromEntries(node.items.map((pair) => this.#convertPair(pair, path)));
    }
    if (isSeq(node)) {
      this.#checkNode(node, path);
      return node.items.map((item, index) => this.#convert(item, [...path, index]));
    }
    if (isScalar(node)) {
      this.#checkNode(node, path);
      return typeof node.value === 'bigint' ? Number(node.value) : node.value;
    }
    return null;
  }

  #convertPair(pair: Pair, path: Path): [string, unknown] {
    const key = isScalar(pair.key) ? pair.key : undefined;
    const name = key === undefined ? '?' : key.type === Scalar.PLAIN ? (key.source ?? '') : String(key.value);
    if (key === undefined) {
      this.problems.push(this.problem(path, 'A key must be a plain text.'));
    } else {
      this.#checkNode(key, [...path, name]);
      if (name === '<<') {
        this.#refuse(key, path, 'A merge key is not allowed.', 'the keys written out');
      }
    }
    return [name, this.#convert(pair.value, [...path, name])];
  }

  #checkNode(node: Node & { anchor?: string; tag?: string }, path: Path): void {
    if (node.anchor !== undefined) {
      this.#refuse(node, path, 'An anchor is not allowed.', 'the value written out');
    }
    if (node.tag !== undefined && !node.tag.startsWith('tag:yaml.org,2002:')) {
      this.#refuse(node, path, 'A tag is not allowed.', 'a plain value');
    } else if (this.#hasExplicitTag(node)) {
      this.#refuse(node, path, 'A tag is not allowed.', 'a plain value');
    }
    const trap = isScalar(node) && node.type === Scalar.PLAIN ? yamlTrap(node.source ?? '') : undefined;
    if (trap !== undefined && isScalar(node)) {
      const source = node.source ?? '';
      this.problems.push(
        this.#at(node.range?.[0] ?? 0, path, `YAML 1.1 and 1.2 read this differently (${trap}): quote it.`, {
          expected: trap.startsWith('a boolean') ? `'${source}', or true or false` : `'${source}'`,
          found: source,
        }),
      );
    }
  }

  #hasExplicitTag(node: Node & { tag?: string }): boolean {
    return isScalar(node) && node.tag !== undefined;
  }

  #refuse(node: Node, path: Path, message: string, expected: string): void {
    this.problems.push(this.#at(node.range?.[0] ?? 0, path, message, { expected }));
  }
}

/** What usually is behind an error of the YAML parser. */
const HINTS: Readonly<Partial<Record<ErrorCode, string>>> = {
  BLOCK_AS_IMPLICIT_KEY: "quotes around a text that holds ': '",
  TAB_AS_INDENT: 'blanks for indentation',
};

/** Where the text does not parse, what follows the first error is its echo. */
function errorsToShow({ errors }: Document.Parsed): readonly Pick<YAMLParseError, 'code' | 'message' | 'pos'>[] {
  const broken = errors.find(({ code }) => code !== 'DUPLICATE_KEY');
  return broken === undefined ? errors : [broken];
}

/** Quoted and block scalars are texts whatever they look like. */
function scalarText(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function isOnOneLine(node: Scalar): boolean {
  return node.type === Scalar.PLAIN || node.type === Scalar.QUOTE_SINGLE || node.type === Scalar.QUOTE_DOUBLE;
}

function firstLine(message: string): string {
  return message.split('\n', 1)[0] ?? '';
}

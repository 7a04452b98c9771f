/**
 * Assembles WebAssembly from a part of its text format: functions over numbers and one imported memory, calls of imported functions, instructions folded
 * or one after another, names for functions, locals and labels. What it does not know is an error. The source is ours alone.
 * Source: https://webassembly.github.io/spec/core/text/index.html
 */
import { CONTROL, INSTRUCTIONS, VALUE_TYPES, type Instruction } from './opcodes.ts';

type Node = string | readonly Node[];

/** A module that imports `js.memory` of at least one page, and each function that is declared by `import`, and exports every other one by its name. */
export function assemble(source: string): Uint8Array<ArrayBuffer> {
  // Imported functions are counted first.
  const all = parse(source)
    .map((node) => new FunctionText(node))
    .toSorted((left, right) => Number(right.isImported) - Number(left.isImported));
  const places = new Map(all.map(({ name }, place) => [name, place]));
  const types = all.map(({ parameters, result }) => [0x60, ...list(parameters.map(typeCode)), ...list(result.map(typeCode))]);
  const memory = [...text('js'), ...text('memory'), 0x02, 0x00, 1];
  const imported = all.filter(({ isImported }) => isImported);
  const imports = imported.map(({ name }, place) => [...text('js'), ...text(name.slice(1)), 0x00, ...unsigned(place)]);
  const functions = all.slice(imported.length);
  const exports = functions.map(({ name }, place) => [...text(name.slice(1)), 0x00, ...unsigned(imported.length + place)]);
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, types),
    ...section(2, [memory, ...imports]),
    ...section(
      3,
      functions.map((_, place) => unsigned(imported.length + place)),
    ),
    ...section(7, exports),
    ...section(
      10,
      functions.map((each) => sized(each.code(places))),
    ),
  ]);
}

/** `(func $name (param $a i32)... (result i32)? (local $b i32)... instruction...)`, or `(import $name (param $a i32)... (result i32)?)` */
class FunctionText {
  readonly name: string;
  readonly isImported: boolean;
  readonly parameters: readonly string[];
  readonly result: readonly string[];
  private readonly locals: readonly string[];
  private readonly places = new Map<string, number>();
  private readonly body: readonly Node[];
  private readonly labels: string[] = [];

  constructor(node: Node) {
    const [head, name, ...rest] = listOf(node);
    if (head !== 'func' && head !== 'import') throw unknown(node);
    this.isImported = head === 'import';
    this.name = word(name);
    this.parameters = this.declared(rest, 'param');
    this.result = rest.filter((each) => isNode(each, 'result')).map((each) => word(listOf(each)[1]));
    this.locals = this.declared(rest, 'local');
    this.body = rest.filter((each) => !['param', 'result', 'local'].some((kind) => isNode(each, kind)));
  }

  code(functions: ReadonlyMap<string, number>): number[] {
    const locals = list(this.locals.map((type) => [1, ...typeCode(type)]));
    return [...locals, ...this.all(this.body, functions), CONTROL.end];
  }

  private declared(nodes: readonly Node[], kind: string): string[] {
    return nodes
      .filter((node) => isNode(node, kind))
      .map((node) => {
        const [, name, type] = listOf(node);
        this.places.set(word(name), this.places.size);
        return word(type);
      });
  }

  private all(nodes: readonly Node[], functions: ReadonlyMap<string, number>): number[] {
    return nodes.flatMap((node) => this.instruction(listOf(node), functions));
  }

  private instruction(node: readonly Node[], functions: ReadonlyMap<string, number>): number[] {
    const [first, ...rest] = node;
    const name = word(first);
    switch (name) {
      case 'block':
      case 'loop': {
        this.labels.push(word(rest[0]));
        const body = this.all(rest.slice(1), functions);
        this.labels.pop();
        return [CONTROL[name], CONTROL.empty, ...body, CONTROL.end];
      }
      case 'if':
        return this.choice(rest, functions);
      case 'br':
        return [CONTROL.br, ...this.depth(rest[0])];
      case 'br_if':
        return [...this.all(rest.slice(1), functions), CONTROL.brIf, ...this.depth(rest[0])];
      default:
        return this.plain(name, rest, functions);
    }
  }

  /** `(if (result f64)? condition (then ...) (else ...)?)` */
  private choice(parts: readonly Node[], functions: ReadonlyMap<string, number>): number[] {
    const typed = parts.filter((each) => isNode(each, 'result')).map((each) => typeCode(word(listOf(each)[1])));
    const [condition, ...arms] = parts.slice(typed.length);
    const [type = [CONTROL.empty]] = typed;
    const test = this.all([condition ?? ''], functions);
    this.labels.push('');
    const [then = [], otherwise] = arms.map((arm) => this.all(listOf(arm).slice(1), functions));
    this.labels.pop();
    const other = otherwise === undefined ? [] : [CONTROL.else, ...otherwise];
    return [...test, CONTROL.if, ...type, ...then, ...other, CONTROL.end];
  }

  private plain(name: string, rest: readonly Node[], functions: ReadonlyMap<string, number>): number[] {
    const instruction = INSTRUCTIONS[name];
    if (instruction === undefined) throw unknown(name);
    const words = rest.filter((each) => typeof each === 'string');
    const operands = this.all(
      rest.filter((each) => typeof each !== 'string'),
      functions,
    );
    return [...operands, ...instruction.code, ...this.immediates(instruction, words, functions)];
  }

  private immediates({ immediate, align = 0 }: Instruction, words: readonly string[], functions: ReadonlyMap<string, number>): number[] {
    const [first = ''] = words;
    switch (immediate) {
      case 'none':
        return [];
      case 'index':
        return unsigned(this.places.get(first) ?? functions.get(first) ?? fail(first));
      case 'i32':
        return signed(BigInt.asIntN(32, BigInt(first)));
      case 'i64':
        return signed(BigInt.asIntN(64, BigInt(first)));
      case 'f64':
        return [...new Uint8Array(Float64Array.of(Number(first)).buffer)];
      case 'lane':
        return unsigned(Number(first));
      case 'memory':
        return [align, ...unsigned(first === '' ? 0 : Number(first.replace('offset=', '')))];
      case 'v128':
        // Four words of 32 bits.
        return words.flatMap((each) => [...new Uint8Array(Int32Array.of(Number(each) | 0).buffer)]);
    }
  }

  private depth(label: Node | undefined): number[] {
    const at = this.labels.lastIndexOf(word(label));
    return at < 0 ? fail(word(label)) : unsigned(this.labels.length - 1 - at);
  }
}

function parse(source: string): readonly Node[] {
  const tokens = source.replaceAll(/;;.*$/gm, '').match(/[()]|[^\s()]+/g) ?? [];
  let at = 0;
  const nodes = (): Node[] => {
    const found: Node[] = [];
    for (; at < tokens.length && tokens[at] !== ')'; at += 1) {
      if (tokens[at] !== '(') {
        found.push(tokens[at] ?? '');
        continue;
      }
      at += 1;
      found.push(nodes());
    }
    return found;
  };
  return nodes();
}

function isNode(node: Node, kind: string): boolean {
  return typeof node !== 'string' && node[0] === kind;
}

function listOf(node: Node): readonly Node[] {
  return typeof node === 'string' ? fail(node) : node;
}

function word(node: Node | undefined): string {
  return typeof node === 'string' ? node : fail(JSON.stringify(node));
}

function typeCode(type: string): number[] {
  return [VALUE_TYPES[type] ?? fail(type)];
}

function unknown(node: Node): RangeError {
  return new RangeError(`nothing that can be assembled: ${JSON.stringify(node).slice(0, 80)}`);
}

function fail(node: Node): never {
  throw unknown(node);
}

function section(id: number, items: readonly (readonly number[])[]): number[] {
  return [id, ...sized(list(items))];
}

function list(items: readonly (readonly number[])[]): number[] {
  return [...unsigned(items.length), ...items.flat()];
}

function sized(bytes: readonly number[]): number[] {
  return [...unsigned(bytes.length), ...bytes];
}

function text(value: string): number[] {
  return sized([...Buffer.from(value, 'utf8')]);
}

function unsigned(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >>> 7)];
}

/** Signed LEB128. */
function signed(value: bigint): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>= 7n) {
    const low = Number(rest & 127n);
    const isLast = (rest >> 7n === 0n && (low & 64) === 0) || (rest >> 7n === -1n && (low & 64) !== 0);
    bytes.push(isLast ? low : low | 128);
    if (isLast) return bytes;
  }
}

/** BigQuery types as text (ARRAY<STRUCT<a INT64, b NUMERIC(10,2)>>) to the analyzer's form and back. */
import { TYPE_KINDS } from './language.ts';

/** zetasql.TypeProto, as far as it is used. */
export interface TypeProto {
  readonly typeKind: number;
  readonly arrayType?: { readonly elementType: TypeProto } | null;
  readonly structType?: { readonly field: readonly { readonly fieldName: string; readonly fieldType: TypeProto }[] } | null;
}

/** zetasql.TypeParametersProto: the digits of a NUMERIC, of a list's elements within childList. */
export interface TypeParameters {
  readonly numericTypeParameters?: { readonly precision?: string; readonly scale?: string } | null;
  readonly childList?: readonly TypeParameters[];
}

const NAMES = new Map(Object.entries(TYPE_KINDS).map(([name, kind]) => [kind, name]));
const ALIASES: Readonly<Record<string, string>> = {
  BOOLEAN: 'BOOL',
  DECIMAL: 'NUMERIC',
  BIGDECIMAL: 'BIGNUMERIC',
  INT: 'INT64',
  INTEGER: 'INT64',
};

/** Digits in parentheses are read over: a query's types have none. */
export function typeProto(text: string): TypeProto {
  const tokens = text.match(/[A-Za-z_][A-Za-z0-9_]*|[<>,()]|\d+/g) ?? [];
  const reader = new TypeReader(tokens);
  const type = reader.type();
  reader.end();
  return type;
}

class TypeReader {
  #at = 0;
  readonly #tokens: readonly string[];
  constructor(tokens: readonly string[]) {
    this.#tokens = tokens;
  }

  type(): TypeProto {
    const word = this.#next().toUpperCase();
    const name = ALIASES[word] ?? word;
    const typeKind = TYPE_KINDS[name];
    if (typeKind === undefined) throw new Error(`expected a BigQuery type, found ${word}`);
    if (name === 'ARRAY') return { typeKind, arrayType: { elementType: this.#inAngles(() => this.type()) } };
    if (name === 'STRUCT') return { typeKind, structType: { field: this.#inAngles(() => this.#fields()) } };
    if (this.#peek() === '(') while (this.#next() !== ')');
    return { typeKind };
  }

  end(): void {
    if (this.#peek() !== undefined) throw new Error(`expected the end of a type, found ${this.#peek() ?? ''}`);
  }

  #fields(): { fieldName: string; fieldType: TypeProto }[] {
    const fields = [];
    do {
      const following = this.#tokens[this.#at + 1];
      const isNamed = following !== undefined && /^[A-Za-z_]/.test(following);
      fields.push({ fieldName: isNamed ? this.#next() : '', fieldType: this.type() });
    } while (this.#peek() === ',' && this.#next());
    return fields;
  }

  #inAngles<T>(read: () => T): T {
    this.#expect('<');
    const inner = read();
    this.#expect('>');
    return inner;
  }

  #expect(token: string): void {
    const found = this.#next();
    if (found !== token) throw new Error(`expected ${token} in a type, found ${found}`);
  }

  #peek(): string | undefined {
    return this.#tokens[this.#at];
  }

  #next(): string {
    const token = this.#tokens[this.#at];
    if (token === undefined) throw new Error('expected more of a type, found its end');
    this.#at += 1;
    return token;
  }
}

export function typeText(type: TypeProto, parameters?: TypeParameters | null): string {
  const name = NAMES.get(type.typeKind) ?? `type ${type.typeKind}`;
  if (type.arrayType) return `ARRAY<${typeText(type.arrayType.elementType, parameters?.childList?.[0])}>`;
  if (type.structType) {
    const fields = type.structType.field.map(({ fieldName, fieldType }) => `${fieldName} ${typeText(fieldType)}`.trim());
    return `STRUCT<${fields.join(', ')}>`;
  }
  const digits = parameters?.numericTypeParameters;
  return digits ? `${name}(${digits.precision ?? '38'},${digits.scale ?? '0'})` : name;
}

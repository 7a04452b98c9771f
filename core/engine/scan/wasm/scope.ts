/** What the code of a scanner may name, and where it is in WebAssembly. */
export type NumberType = 'i32' | 'f64';

/** Where elements of an array stand: from `at` on; `bias` is a local that is added. */
export interface ArrayPlace {
  readonly element: 'byte' | 'word' | 'double';
  readonly at: number;
  readonly bias?: string;
}

export interface CalledFunction {
  readonly name: string;
  readonly parameters: readonly NumberType[];
  readonly result: NumberType | null;
  /** Arguments before and behind those of the call. */
  readonly first?: readonly number[];
  readonly more?: readonly number[];
}

/** What the names of the code stand for, by how they are written: `b`, `S.end`, `T3.date`. Every other name is a local. */
export interface Scope {
  readonly arrays: ReadonlyMap<string, ArrayPlace>;
  /** Numbers in memory. */
  readonly fields: ReadonlyMap<string, { readonly at: number; readonly type: NumberType }>;
  readonly calls: ReadonlyMap<string, CalledFunction>;
  /** Argument that stands for the bytes and is not handed over. */
  readonly view: string;
  /** Where its bytes begin. */
  readonly input: number;
  isDouble(name: string): boolean;
  /** What is assigned to the name may have sums and products of words that are no words: they are doubles, as in JavaScript. */
  isExact(name: string): boolean;
}

/** The tree as it was written, before types: every node knows its place in the text. */
export type Syntax =
  | { readonly kind: 'null'; readonly offset: number }
  | { readonly kind: 'boolean'; readonly offset: number; readonly value: boolean }
  | { readonly kind: 'number'; readonly offset: number; readonly text: string }
  | { readonly kind: 'string'; readonly offset: number; readonly value: string }
  /** DATE '2023-01-30' and the like. */
  | { readonly kind: 'temporal'; readonly offset: number; readonly type: TemporalWord; readonly text: string }
  | { readonly kind: 'name'; readonly offset: number; readonly name: string }
  /** Functions and operators alike, by the catalogue's names. */
  | {
      readonly kind: 'call';
      readonly offset: number;
      readonly function: string;
      readonly arguments: readonly Syntax[];
      /** count(distinct x) */
      readonly distinct?: true;
    }
  | { readonly kind: 'cast'; readonly offset: number; readonly operand: Syntax; readonly type: string; readonly typeOffset: number }
  | {
      readonly kind: 'case';
      readonly offset: number;
      readonly branches: readonly { readonly when: Syntax; readonly then: Syntax }[];
      readonly otherwise: Syntax | null;
    };

export type TemporalWord = 'DATE' | 'TIME' | 'DATETIME' | 'TIMESTAMP';

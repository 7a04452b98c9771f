/** A place in a list of tokens: what the parser looks at, takes and asks for. */
import { fail } from './expression-problem.ts';
import type { Token } from './lexer.ts';

export class TokenCursor {
  readonly #tokens: readonly Token[];
  protected at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  protected tokenAt(ahead: number): Token | undefined {
    return this.#tokens[this.at + ahead];
  }

  protected get token(): Token {
    return this.#tokens[this.at] ?? { kind: 'end', text: '', offset: 0 };
  }

  protected isWord(word: string, ahead = 0): boolean {
    const token = this.#tokens[this.at + ahead];
    return token?.kind === 'word' && token.text.toLowerCase() === word;
  }

  protected isSymbol(symbol: string, ahead = 0): boolean {
    const token = this.#tokens[this.at + ahead];
    return token?.kind === 'symbol' && token.text === symbol;
  }

  protected take(): Token {
    const token = this.token;
    this.at += 1;
    return token;
  }

  protected takeWord(word: string): boolean {
    const found = this.isWord(word);
    this.at += found ? 1 : 0;
    return found;
  }

  protected takeSymbol(symbol: string): boolean {
    const found = this.isSymbol(symbol);
    this.at += found ? 1 : 0;
    return found;
  }

  protected needWord(word: string): void {
    if (!this.takeWord(word)) {
      this.unexpected(word);
    }
  }

  protected needSymbol(symbol: string): void {
    if (!this.takeSymbol(symbol)) {
      this.unexpected(`'${symbol}'`);
    }
  }

  protected unexpected(expected: string): never {
    const token = this.token;
    fail(token.offset, 'The expression does not parse.', {
      expected,
      found: token.kind === 'end' ? 'the end' : `'${token.text}'`,
    });
  }
}

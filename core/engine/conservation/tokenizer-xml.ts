/**
 * XML: start tags of the row element's name that are in no other row. It gives no number where one document writes that
 * name with several prefixes, since it does not know namespaces.
 */
import type { SourceSpec } from '../../spec/source-spec.ts';
import type { Tokenizer } from './tokenizer.ts';

const MAX_TAG = 256;

export class XmlTokenizer implements Tokenizer {
  private readonly rowName: string;
  private readonly tags = new Set<string>();
  private records = 0;
  private depth = 0;
  private rowDepth = 0;
  /** From '<' on: the markup at hand, cut to what tells its kind; null within text. */
  private markup: string | null = null;
  private length = 0;
  private tail = '';
  private quote = '';

  constructor({ source }: SourceSpec) {
    const written = source.xml?.row_element ?? '';
    this.rowName = written.slice(written.indexOf(':') + 1);
  }

  push(bytes: Uint8Array): void {
    for (const byte of bytes) {
      if (this.markup !== null) {
        this.markupByte(String.fromCharCode(byte), this.markup);
      } else if (byte === 0x3c) {
        this.markup = '<';
        this.length = 1;
        this.tail = '';
      }
    }
  }

  count(): number | null {
    return this.depth === 0 && this.markup === null && this.tags.size <= 1 ? this.records : null;
  }

  private markupByte(character: string, markup: string): void {
    this.length += 1;
    this.tail = (this.tail + character).slice(-3);
    if (markup.length < MAX_TAG) {
      this.markup = markup + character;
    }
    const opaque = markup.startsWith('<!') || markup.startsWith('<?');
    if (!opaque && this.quote !== '') {
      this.quote = character === this.quote ? '' : this.quote;
    } else if (!opaque && (character === '"' || character === "'")) {
      this.quote = character;
    } else if (character === '>' && this.isClosed(markup)) {
      this.endMarkup(markup);
      this.markup = null;
    }
  }

  private isClosed(markup: string): boolean {
    if (markup.startsWith('<!--')) {
      return this.tail === '-->' && this.length >= 7;
    }
    if (markup.startsWith('<![CDATA[')) {
      return this.tail === ']]>';
    }
    return !markup.startsWith('<?') || this.tail.endsWith('?>');
  }

  private endMarkup(markup: string): void {
    if (markup.startsWith('<!') || markup.startsWith('<?')) {
      return;
    }
    const name = /^<\/?([^\s/>]*)/.exec(markup)?.[1] ?? '';
    const isRow = name.slice(name.indexOf(':') + 1) === this.rowName;
    if (markup.startsWith('</')) {
      this.depth -= 1;
      this.rowDepth -= isRow && this.rowDepth > 0 ? 1 : 0;
      return;
    }
    const isEmpty = this.tail.endsWith('/>');
    if (isRow && this.depth > 0) {
      this.tags.add(name);
      this.records += this.rowDepth === 0 ? 1 : 0;
      this.rowDepth += isEmpty ? 0 : 1;
    }
    this.depth += isEmpty ? 0 : 1;
  }
}

/** YAML with places, for configuration: an error says in which line and column a person has to look. */
import { isNode, LineCounter, parseDocument, type Document } from 'yaml';
import { MarketsError, type ErrorPlace } from '../errors/markets-error.ts';

export interface PlacedYaml {
  readonly data: unknown;
  /** Of the value at the path, else of the nearest thing above it. */
  place(path: readonly string[]): ErrorPlace;
}

/** CONFIG_INVALID where the text is no YAML. */
export function parsePlacedYaml(text: string, file: string): PlacedYaml {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, schema: 'core' });
  const at = (offset: number): ErrorPlace => {
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col };
  };
  const [error] = document.errors;
  if (error !== undefined) {
    throw new MarketsError('CONFIG_INVALID', 'The configuration is no YAML.', { place: at(error.pos[0]), found: error.message });
  }
  return { data: document.toJS(), place: (path) => at(offsetOf(document, path)) };
}

function offsetOf(document: Document.Parsed, path: readonly string[]): number {
  for (let length = path.length; length > 0; length--) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    const offset = isNode(node) ? node.range?.[0] : undefined;
    if (offset !== undefined) return offset;
  }
  return 0;
}

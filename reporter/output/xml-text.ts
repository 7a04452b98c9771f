/** Pieces of an XML document as texts. A piece without content is '', and so is what would hold only such. */
export type XmlPiece = string;

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

export function xmlEscaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character);
}

/** An element with a text; '' where there is none. */
export function leaf(name: string, text: string | null, attributes: Readonly<Record<string, string>> = {}): XmlPiece {
  if (text === null) return '';
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${xmlEscaped(value)}"`);
  return `<${name}${written.join('')}>${xmlEscaped(text)}</${name}>`;
}

/** An element around pieces; '' where all of them are. */
export function group(name: string, ...pieces: readonly XmlPiece[]): XmlPiece {
  const content = pieces.join('');
  return content === '' ? '' : `<${name}>${content}</${name}>`;
}

/** The root element of a namespace. */
export function rootElement(name: string, namespace: string, ...pieces: readonly XmlPiece[]): XmlPiece {
  return `<${name} xmlns="${namespace}">${pieces.join('')}</${name}>`;
}

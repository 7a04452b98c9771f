/** An XML row as a tree: what columns are read from. */
import type { QualifiedName } from './xml-names.ts';

export interface XmlAttribute extends QualifiedName {
  /** null where the bytes are no text in the encoding. */
  readonly value: string | null;
}

export interface XmlElement extends QualifiedName {
  readonly attributes: readonly XmlAttribute[];
  readonly children: XmlElement[];
  /** Text and CDATA directly within the element; null where the bytes are no text in the encoding. */
  text: string | null;
  /** Indexes into the row's byte string. */
  readonly start: number;
  end: number;
}

/** Markup that is not well-formed: thrown by the parser, made a finding by the reader. */
export class XmlFault extends Error {
  /** Index into the byte string. */
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

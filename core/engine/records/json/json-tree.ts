/** A JSON value as its source has it: numbers keep their digits, every value knows where it stands in the record. */
export interface JsonPlace {
  /** Indexes into the record's byte string. */
  readonly start: number;
  readonly end: number;
}

export interface JsonMember {
  /** null where the bytes are no text in the encoding. */
  readonly name: string | null;
  readonly value: JsonNode;
}

export type JsonNode =
  | (JsonPlace & { readonly kind: 'object'; readonly members: readonly JsonMember[] })
  | (JsonPlace & { readonly kind: 'array'; readonly items: readonly JsonNode[] })
  /** `text` is null where the bytes are no text in the encoding. */
  | (JsonPlace & { readonly kind: 'string'; readonly text: string | null })
  /** A number, true or false. */
  | (JsonPlace & { readonly kind: 'literal'; readonly text: string })
  | (JsonPlace & { readonly kind: 'null' });

/** Text that is no JSON: thrown by the parser, made a finding by the readers. */
export class JsonFault extends Error {
  /** Index into the byte string. */
  readonly at: number;

  /** Without a stack, which nobody reads and which takes longer than the rest of judging a bad record. */
  constructor(message: string, at: number) {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(message);
    Error.stackTraceLimit = stackTraceLimit;
    this.at = at;
  }
}

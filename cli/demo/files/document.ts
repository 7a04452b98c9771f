/**
 * A file as it is put together piece by piece: records and everything else, in order, so that each record's line, byte
 * offset and raw bytes are known while they are written. That is the truth which the engine's findings are compared with.
 */

/** One finding that the engine has to make. `rule` is the code of the spec's rule, or its text. */
export interface ExpectedFinding {
  readonly code: string;
  readonly column: string | null;
  readonly rule: string | null;
}

/** What is wrong with a record, put in on purpose. */
export interface Fault {
  /** For a reader: what somebody did wrong. */
  readonly what: string;
  /** In the order in which the engine lists them: columns as the spec has them, then rules. */
  readonly findings: readonly ExpectedFinding[];
}

export interface BadRecord extends Fault {
  /** 1-based, good ones counted too. */
  readonly record: number;
  readonly line: number;
  readonly byte_offset: number;
  readonly byte_length: number;
  readonly raw_base64: string;
}

export interface Document {
  /** Bytes that belong to no record: header, markup, separators, line ends. */
  other(text: string): void;
  /** A record without its line end. */
  record(content: string | Uint8Array, fault?: Fault): void;
  /** Everything written so far. */
  finish(): { readonly bytes: Buffer; readonly records: number; readonly bad: readonly BadRecord[] };
}

export function newDocument(): Document {
  const parts: Buffer[] = [];
  const bad: BadRecord[] = [];
  let offset = 0;
  let line = 1;
  let records = 0;
  const append = (content: Buffer): void => {
    parts.push(content);
    offset += content.length;
    for (const byte of content) if (byte === 0x0a) line += 1;
  };
  return {
    other: (text) => append(Buffer.from(text, 'utf8')),
    record(content, fault) {
      const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : Buffer.from(content);
      records += 1;
      if (fault !== undefined) {
        bad.push({
          ...fault,
          record: records,
          line,
          byte_offset: offset,
          byte_length: bytes.length,
          raw_base64: bytes.toString('base64'),
        });
      }
      append(bytes);
    },
    finish: () => ({ bytes: Buffer.concat(parts), records, bad }),
  };
}

export function finding(code: string, column: string | null, rule: string | null = null): ExpectedFinding {
  return { code, column, rule };
}

/** The bytes of `text` with each U+0001 replaced by `byte`, for files that hold bytes which are no UTF-8. */
export function withByte(text: string, byte: number): Uint8Array {
  return Buffer.from(text, 'utf8').map((each) => (each === 0x01 ? byte : each));
}

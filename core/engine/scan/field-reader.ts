/** The general readers of one value, which a format's runtime has besides ScanRuntime. */
export interface FieldReader {
  /** 1 for the bytes that a text does not go over, of an element and of an attribute; absent where the format has no such bytes. */
  readonly textEnds?: Uint8Array;
  readonly attributeEnds?: Uint8Array;
  /**
   * The value that begins at `from`, written to the place `at`: 0, 1 for NULL, -1 where the whole row needs the reader of rows. `ends` says
   * what is behind it, as the format has it. ScanRuntime.end is behind the value then, `innerLines` the line ends within it.
   */
  field(index: number, from: number, at: number, ends: number): number;
  /** Behind the tag of an XML element without content, whose name ends at `at`; -1 where it is none. */
  emptyEnd?(at: number): number;
}

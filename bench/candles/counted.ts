/** Messages that a reader of the bench reads from a topic of one partition. */
export interface Counted {
  readonly broker: string;
  readonly topic: string;
  readonly group: string;
  /** Not measured: code that is not compiled yet, and tables of keys that still grow. */
  readonly warmMessages: number;
  /** With the first ones: all that the topic has. */
  readonly messages: number;
}

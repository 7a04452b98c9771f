/** A compressed stream that is damaged, truncated, or grows beyond its limits. */
export class CompressionFault extends Error {
  readonly kind: 'damaged' | 'too_large';

  constructor(kind: 'damaged' | 'too_large', message: string) {
    super(message);
    this.kind = kind;
  }
}

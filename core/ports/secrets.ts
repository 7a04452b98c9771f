/**
 * Secrets by name: configuration holds references (`{secret: name}`), never values. Every adapter runs secrets.contract.ts.
 *
 * A name is a lower-case word ([a-z][a-z0-9-]*, at most 63 characters): it is valid in every store of secrets.
 */
import { inspect } from 'node:util';
import { MarketsError } from '../errors/markets-error.ts';

export interface Secrets {
  /** Where they come from, for messages. */
  readonly description: string;
  /**
   * The newest value. SECRET_MISSING for a name that is not there or an empty value, SECRET_REFUSED where it may not be read, SECRET_EXPOSED where
   * others may read it too, SECRET_UNAVAILABLE where the store does not answer.
   */
  read(name: string): Promise<SecretText>;
}

export const SECRET_BYTES_MAX = 65_536;
/** The same rule as a pattern of the configuration's schema. */
export const SECRET_NAME_PATTERN = '^[a-z][a-z0-9-]{0,62}$';
const SECRET_NAME = new RegExp(SECRET_NAME_PATTERN);
const HIDDEN = '[secret]';

/** A value that is shown to nobody by accident: printed, logged or written as JSON it is `[secret]`. */
export class SecretText {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return HIDDEN;
  }

  toJSON(): string {
    return HIDDEN;
  }

  [inspect.custom](): string {
    return HIDDEN;
  }
}

/** SECRET_MISSING for what can be no name; every adapter passes names through it. */
export function checkSecretName(name: string): void {
  if (SECRET_NAME.test(name)) return;
  throw new MarketsError('SECRET_MISSING', 'This can be no name of a secret.', {
    expected: 'a word of a-z, 0-9 and -, at most 63 characters',
    found: name,
  });
}

/** The value as every adapter gives it: one line end behind it belongs to the file, not to the secret. */
export function secretTextOf(name: string, value: Buffer, where: string): SecretText {
  const text = value.toString('utf8').replace(/\r?\n$/, '');
  if (text !== '' && value.length <= SECRET_BYTES_MAX) return new SecretText(text);
  throw new MarketsError('SECRET_MISSING', `The secret ${name} holds nothing that can be used.`, {
    expected: `1 to ${String(SECRET_BYTES_MAX)} bytes`,
    found: `${String(value.length)} bytes`,
    place: { file: where },
  });
}

/** What every message bus accepts as attributes (Pub/Sub's limits). */
import { MarketsError } from '../errors/markets-error.ts';

const ATTRIBUTES_MAX = 100;
const NAME_BYTES_MAX = 256;
const VALUE_BYTES_MAX = 1024;

/** STREAM_STATE for attributes that no bus takes: asked before sending, as some take them in passing and refuse them later. null where they are good. */
export function attributesFault(attributes: Readonly<Record<string, string>>): MarketsError | null {
  let count = 0;
  // Asked of every message: a list of them would be made for nothing.
  for (const name in attributes) {
    const value = attributes[name] as string;
    count += 1;
    if (name === '' || (name.length * 3 > NAME_BYTES_MAX && Buffer.byteLength(name) > NAME_BYTES_MAX))
      return fault(`names of 1 to ${NAME_BYTES_MAX} bytes`, name.slice(0, 40));
    // A text of so few characters cannot be too long in bytes.
    if (value.length * 3 > VALUE_BYTES_MAX && Buffer.byteLength(value) > VALUE_BYTES_MAX) {
      return fault(`values of up to ${VALUE_BYTES_MAX} bytes`, `a longer one of ${name}`);
    }
  }
  return count > ATTRIBUTES_MAX ? fault(`at most ${ATTRIBUTES_MAX} attributes`, String(count)) : null;
}

function fault(expected: string, found: string): MarketsError {
  return new MarketsError('STREAM_STATE', 'The attributes of a message are not what a message bus takes.', { expected, found });
}

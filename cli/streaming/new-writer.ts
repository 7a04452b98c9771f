/** The name of this start of a program, in the objects that it writes. */
import { randomBytes } from 'node:crypto';
import { writerName } from '../../core/stream/object-names.ts';
import { systemNow } from '../framework/system-now.ts';

export function newWriter(): string {
  return writerName(systemNow(), randomBytes(4).toString('hex'));
}

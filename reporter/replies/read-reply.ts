/** The replies in the body of an answer or in a file, by its content type. */
import { readAuth031 } from './read-auth031.ts';
import { readJsonReply } from './read-json-reply.ts';
import type { ReadReply } from './reply.ts';

const XML = /^(application|text)\/([\w.-]+\+)?xml$/;
const JSON_TYPE = /^application\/([\w.-]+\+)?json$/;

/** null where the bytes are no reply that can be read. Never throws for what they are. */
export function readReply(bytes: Buffer, contentType: string): readonly ReadReply[] | null {
  const type = (contentType.split(';', 1)[0] ?? '').trim().toLowerCase();
  if (XML.test(type)) return readAuth031(bytes);
  return JSON_TYPE.test(type) ? readJsonReply(bytes) : null;
}

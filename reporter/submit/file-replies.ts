/**
 * Replies as files of a folder or bucket: `<name>-NEWT.xml`, `<name>-CANC.xml` (or .json), the action being that of every reply in the file, since auth.031 has
 * no place for it. Names should ascend; the position remembers the last READ_NAMES_MAX, so that files which come in another order are not missed.
 */
import { isMarketsError } from '../../core/errors/markets-error.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import type { ReportAction } from '../regime/regime.ts';
import { isDuplicate, outcomeOf, type ReplyReader } from './reply-reader.ts';
import type { LateReply, ReplyPage } from './submitter.ts';

export interface ReplyFiles {
  readonly store: ObjectStore;
  readonly prefix: string;
  readonly readReply: ReplyReader;
  readonly duplicateCodes: readonly string[];
}

interface Position {
  /** Names up to this one have been read, or are too old. */
  readonly floor: string;
  /** Read, above the floor; ascending. */
  readonly seen: readonly string[];
}

const READ_NAMES_MAX = 1000;
const FILES_A_PAGE_MAX = 100;
const FILE_BYTES_MAX = 16 * 1024 * 1024;
const NAME = /-(NEWT|CANC)\.(xml|json)$/;
const CONTENT_TYPES: Readonly<Record<string, string>> = { xml: 'application/xml', json: 'application/json' };

/** What lies below the prefix and was not read. Files are left where they are. An empty page where the store does not answer. */
export async function fileReplies(files: ReplyFiles, after: string | null): Promise<ReplyPage> {
  try {
    return await readFiles(files, after);
  } catch (error) {
    if (!isMarketsError(error) || !error.retryable) throw error;
    return { replies: [], unreadable: [], next: after, more: false };
  }
}

async function readFiles(files: ReplyFiles, after: string | null): Promise<ReplyPage> {
  const { store, prefix } = files;
  const position = readPosition(after);
  const seen = new Set(position.seen);
  const fresh: string[] = [];
  for await (const { name } of store.list(prefix)) {
    if (name > position.floor && !seen.has(name)) fresh.push(name);
    if (fresh.length > FILES_A_PAGE_MAX) break;
  }
  const page = fresh.slice(0, FILES_A_PAGE_MAX);
  const replies: LateReply[] = [];
  const unreadable: ReplyPage['unreadable'][number][] = [];
  for (const name of page) {
    const read = await readFile(files, name);
    replies.push(...read.replies);
    unreadable.push(...read.codes.map((code) => ({ place: name, code })));
  }
  const next = page.length === 0 ? after : JSON.stringify(advanced(position, page));
  return { replies, unreadable, next, more: fresh.length > page.length };
}

interface ReadFile {
  readonly replies: readonly LateReply[];
  /** What was passed over. */
  readonly codes: readonly string[];
}

async function readFile({ store, readReply, duplicateCodes }: ReplyFiles, name: string): Promise<ReadFile> {
  const [, action, form = ''] = NAME.exec(name) ?? [];
  const bytes = await readBytes(store, name);
  if (bytes === null) return { replies: [], codes: ['SUBMIT-TOO-LARGE'] };
  const read = readReply(bytes, CONTENT_TYPES[form] ?? '');
  if (read === null || action === undefined) return { replies: [], codes: ['SUBMIT-UNREADABLE'] };
  const telling = read.filter((reply) => !isDuplicate(reply, duplicateCodes));
  const replies = telling.map(({ trn, action: own, state, codes }) => ({
    ...{ trn, action: own ?? (action as ReportAction), outcome: outcomeOf({ state, codes }) },
    ...{ submissionSha256: null, place: name },
  }));
  return { replies, codes: telling.length < read.length ? ['SUBMIT-DUPLICATE'] : [] };
}

async function readBytes(store: ObjectStore, name: string): Promise<Buffer | null> {
  try {
    return await store.read(name, { maxBytes: FILE_BYTES_MAX });
  } catch (error) {
    if (isMarketsError(error, 'STORE_TOO_LARGE')) return null;
    throw error;
  }
}

function readPosition(after: string | null): Position {
  return after === null ? { floor: '', seen: [] } : (JSON.parse(after) as Position);
}

function advanced({ floor, seen }: Position, page: readonly string[]): Position {
  const names = [...seen, ...page].sort();
  const kept = names.slice(-READ_NAMES_MAX);
  const dropped = names.length - kept.length;
  return { floor: dropped === 0 ? floor : (names[dropped - 1] ?? floor), seen: kept };
}

/** The submitter of all destinations, over HTTP. */
import type { ObjectStore } from '../../core/ports/object-store.ts';
import type { Secrets } from '../../core/ports/secrets.ts';
import { MarketsError } from '../../core/errors/markets-error.ts';
import type { Time } from '../../core/time/time.ts';
import type { Destination } from './destination.ts';
import { fileReplies } from './file-replies.ts';
import { httpReplies } from './http-replies.ts';
import { openDestination, type OpenDestination } from './open-destination.ts';
import type { ReplyReader } from './reply-reader.ts';
import type { DestinationState, SubmitObservation } from './submit-observation.ts';
import { inquireOnce, submitReport, type SubmitContext } from './submit-report.ts';
import type { ReplyPage, Submitter } from './submitter.ts';

export interface SubmitterParts {
  /** By their words. */
  readonly destinations: Readonly<Record<string, Destination>>;
  readonly secrets: Secrets;
  readonly readReply: ReplyReader;
  readonly time: Time;
  /** From 0 to below 1. */
  readonly random: () => number;
  readonly observe: (observation: SubmitObservation) => void;
  /** Where replies come as files. */
  readonly store: ObjectStore;
}

export interface HttpSubmitter extends Submitter {
  destinations(): readonly DestinationState[];
}

/** CONFIG_INVALID for a wrong destination, SECRET_... for a secret that cannot be read: before anything is sent. */
export async function createSubmitter(parts: SubmitterParts): Promise<HttpSubmitter> {
  const closing = new AbortController();
  const opened = await openAll(parts, closing.signal);
  const contexts = new Map([...opened].map(([word, destination]) => [word, contextOf(parts, word, destination, closing.signal)]));
  const contextFor = (word: string): SubmitContext => {
    const context = contexts.get(word);
    if (context !== undefined) return context;
    const expected = `one of ${[...contexts.keys()].join(', ')}`;
    throw new MarketsError('CONFIG_INVALID', 'A report goes to a destination that is not configured.', { expected, found: word });
  };
  const closeAll = async (): Promise<void> => {
    closing.abort();
    for (const destination of opened.values()) await destination.close();
  };
  return {
    submit: async (submission, told) => await submitReport(contextFor(submission.destination), submission, told),
    inquire: async (submission) => await inquireOnce(contextFor(submission.destination), submission),
    replies: async (word, after) => await readReplies(parts, contextFor(word), after),
    destinations: () => [...opened.values()].map((destination) => destination.state()),
    close: closeAll,
  };
}

async function openAll(
  { destinations, secrets, time, observe }: SubmitterParts,
  signal: AbortSignal,
): Promise<Map<string, OpenDestination>> {
  const opened = new Map<string, OpenDestination>();
  try {
    for (const [word, settings] of Object.entries(destinations)) {
      const breakerChanged = (from: DestinationState['breaker'], to: DestinationState['breaker']): void =>
        observe({ kind: 'breaker', destination: word, from, to });
      opened.set(word, await openDestination({ word, settings, secrets, time, signal, breakerChanged }));
    }
    return opened;
  } catch (error) {
    for (const destination of opened.values()) await destination.close();
    throw error;
  }
}

function contextOf(parts: SubmitterParts, word: string, destination: OpenDestination, signal: AbortSignal): SubmitContext {
  const { readReply, time, random, observe } = parts;
  return { word, destination, readReply, time, random, observe, signal };
}

async function readReplies({ store }: SubmitterParts, context: SubmitContext, after: string | null): Promise<ReplyPage> {
  const { replies, replies_prefix: prefix, duplicate_codes: duplicateCodes } = context.destination.settings;
  if (replies === 'http') return await httpReplies(context, after);
  if (replies === 'files' && prefix !== null)
    return await fileReplies({ store, prefix, readReply: context.readReply, duplicateCodes }, after);
  return { replies: [], unreadable: [], next: after, more: false };
}

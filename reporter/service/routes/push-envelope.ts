/** The body of a Pub/Sub push: a message in an envelope (cloud.google.com/pubsub/docs/push, wrapped). */
import { Type } from '@sinclair/typebox';
import { Ajv } from 'ajv';
import type { MessageForm } from '../../event/event-reader.ts';

/** Members that Pub/Sub may add are passed over. */
const ENVELOPE = Type.Object({
  message: Type.Object({
    data: Type.Optional(Type.String()),
    attributes: Type.Optional(Type.Record(Type.String(), Type.String())),
    messageId: Type.String(),
  }),
  subscription: Type.String(),
});

const isEnvelope = new Ajv({ strict: false }).compile<{
  message: { data?: string; attributes?: Record<string, string>; messageId: string };
}>(ENVELOPE);
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

export interface PushedMessage {
  readonly data: Buffer;
  /** By the attribute `source`; null where there is none. */
  readonly source: string | null;
  /** record: the attribute spec_version says that a bridge has checked it. */
  readonly form: MessageForm;
}

/** null for what is no push. */
export function readPushEnvelope(body: Buffer): PushedMessage | null {
  const envelope = parsed(body);
  if (!isEnvelope(envelope)) return null;
  const { data = '', attributes = {} } = envelope.message;
  if (!BASE64.test(data)) return null;
  return { data: Buffer.from(data, 'base64'), ...messageAttributes(attributes) };
}

/** What the attributes of a message on the bus tell of it. */
export function messageAttributes(attributes: Readonly<Record<string, string>>): Pick<PushedMessage, 'source' | 'form'> {
  return { source: attributes['source'] ?? null, form: attributes['spec_version'] === undefined ? 'raw' : 'record' };
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return null;
  }
}

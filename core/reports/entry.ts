/** What an entry of the ledger says, by its kind. A closed catalogue: an entry that does not match it is neither written nor read. */
import { Type, type Static, type TObject } from '@sinclair/typebox';

const CLOSED = { additionalProperties: false } as const;
const text = Type.String();
const sha256 = Type.String({ pattern: '^[0-9a-f]{64}$' });
const instant = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{6}Z$' });
const codes = Type.Array(text);
const tryNumber = Type.Integer({ minimum: 1 });
const step = Type.Integer({ minimum: 1 });
const action = Type.Union([Type.Literal('NEWT'), Type.Literal('CANC')]);

export const LEDGER_DATA = {
  /** The message itself (base64, bounded), so that it can be replayed and judged again. `via`: push, pull, kafka, events, replay. */
  received: Type.Object(
    {
      source: text,
      spec_version: text,
      trade_id: text,
      trade_version: text,
      status: text,
      trade_time: instant,
      via: text,
      sha256,
      message: text,
      form: Type.Union([Type.Literal('raw'), Type.Literal('record')]),
    },
    CLOSED,
  ),
  not_eligible: Type.Object({ regime: text, reason: text }, CLOSED),
  /** Another event of the same trade with the same version and other content: the first one stands. */
  conflict: Type.Object({ sha256, stands: sha256 }, CLOSED),
  /** A newer version of the trade was there already. */
  superseded: Type.Object({ regime: text, by_version: text }, CLOSED),
  claimed: Type.Object({ regime: text, step, action, trn: text, due_at: instant }, CLOSED),
  enriched: Type.Object(
    { regime: text, references: Type.Array(Type.Object({ kind: text, key: text, valid_from: instant, hash: sha256 }, CLOSED)) },
    CLOSED,
  ),
  parked: Type.Object({ regime: text, missing: Type.Array(Type.Object({ kind: text, key: text }, CLOSED)) }, CLOSED),
  validated: Type.Object({ regime: text, action, payload_sha256: sha256 }, CLOSED),
  invalid: Type.Object(
    { regime: text, findings: Type.Array(Type.Object({ code: text, field: Type.Union([text, Type.Null()]) }, CLOSED)) },
    CLOSED,
  ),
  /** Written before the bytes are sent. */
  submitted: Type.Object({ step, action, try: tryNumber, sha256 }, CLOSED),
  unsent: Type.Object({ step, action, try: tryNumber, reason: text }, CLOSED),
  ambiguous: Type.Object({ step, action, try: tryNumber, reason: text }, CLOSED),
  pending: Type.Object({ step, action, codes }, CLOSED),
  acknowledged: Type.Object({ step, action, codes }, CLOSED),
  rejected: Type.Object({ step, action, codes }, CLOSED),
  /** A reply that says something else than what stands; what stands is kept, and somebody is told. */
  contradicted: Type.Object({ step, action, says: text, codes }, CLOSED),
  dead_lettered: Type.Object({ regime: Type.Union([text, Type.Null()]), reason: text, code: text }, CLOSED),
  resolved: Type.Object({ by: text, why: text }, CLOSED),
  /** Taken on from an instance that is dead. */
  adopted: Type.Object({ from: text }, CLOSED),
  replayed: Type.Object({ by: text, why: text }, CLOSED),
  /** Every regime has its end: nothing is left for somebody who adopts. An event without it is taken on when its instance is dead. */
  finished: Type.Object({}, CLOSED),
  /** What intake turned away, by code, since the last such entry. */
  refused: Type.Object({ code: text, count: Type.Integer({ minimum: 1 }) }, CLOSED),
} as const satisfies Record<string, TObject>;

export type LedgerKind = keyof typeof LEDGER_DATA;
export type LedgerData = { readonly [K in LedgerKind]: Static<(typeof LEDGER_DATA)[K]> };

/** As it is stored: one line of canonical JSON. */
export interface LedgerEntry<K extends LedgerKind = LedgerKind> {
  /** 1, 2, 3 ... within the instance. */
  readonly seq: number;
  /** ISO 8601 UTC with 6 digits, by the instance's clock. */
  readonly at: string;
  readonly instance: string;
  readonly event_id: string | null;
  readonly report_id: string | null;
  readonly kind: K;
  readonly data: LedgerData[K];
  /** hash of the entry before; '' for the first. */
  readonly prev_hash: string;
  /** sha256 of the RFC 8785 JSON of the entry without `hash`, lower-case hex. */
  readonly hash: string;
}

export type AnyEntry = { [K in LedgerKind]: LedgerEntry<K> }[LedgerKind];

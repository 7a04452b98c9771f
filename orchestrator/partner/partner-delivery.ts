/** The partner that extracts are sent to, and how: the configuration's block `delivery` with its adapter. */
import type { RemoteFolder } from '../../core/ports/remote-folder.ts';
import type { Lane } from '../run/lane.ts';

export interface PartnerDelivery {
  /** A word of the configuration. */
  readonly partner: string;
  readonly remote: RemoteFolder;
  /** Folder at the partner that receives the files. */
  readonly folder: string;
  /** How the partner's copy is compared with ours before its name appears. */
  readonly verify: 'read_back' | 'size';
  /** Connections that one run makes for one extract, at most. */
  readonly attempts: number;
  /** The lane leaves older extracts to a person. */
  readonly catchUpDays: number;
  readonly receipts: ReceiptRules | null;
  /** Random lower-case hex; makes names of unfinished files that no other run uses. */
  readonly newId: () => string;
}

export interface ReceiptRules {
  /** Name of the receipt, with {file}, {date} (YYYYMMDD) and {revision}. */
  readonly pattern: string;
  readonly folder: string;
  readonly timeoutMinutes: number;
}

/** What sending needs of a lane: a cycle has it, and so has an extract that is made by hand. */
export type PartnerContext = Pick<Lane, 'store' | 'clock' | 'state' | 'journal' | 'logger' | 'signal' | 'assertHeld' | 'sleep'>;

/** Holds the ledger of one instance to its own hashes and to its anchors. */
import { MarketsError } from '../../core/errors/markets-error.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { readAnchor, type Anchor } from '../../core/reports/anchors.ts';
import type { AnyEntry } from '../../core/reports/entry.ts';
import type { Findings } from './finding.ts';
import { anchorName, anchorPrefix, ledgerPrefix } from '../../core/reports/object-names.ts';
import { walkLedger, type EntryPlace } from '../../core/reports/read-ledger.ts';

export interface VerifiedInstance {
  readonly entries: number;
  readonly anchors: number;
  /** hash of the last entry. */
  readonly head: string;
  /** By the instance itself or by who took it on. */
  readonly isClosed: boolean;
}

/** `note` gets every good entry that counts. */
export async function verifyInstance(
  store: ObjectStore,
  instance: string,
  findings: Findings,
  note: (entry: AnyEntry) => void,
): Promise<VerifiedInstance> {
  const anchors = await verifyAnchors(store, instance, findings);
  const closing = anchors.at(-1)?.is_closing === true ? anchors.at(-1) : undefined;
  const waiting = [...anchors];
  while (waiting[0]?.count === 0) waiting.shift();
  let [entries, head, tornBytes] = [0, '', 0];
  let isBehind = false;
  for await (const walked of walkLedger(store, instance)) {
    if ('fault' in walked) findings.add(placeOf(walked.place), walked.fault.expected, walked.fault.found);
    else if ('tornBytes' in walked) tornBytes = walked.tornBytes;
    else {
      const { entry } = walked;
      if (closing !== undefined && entry.seq > closing.count) {
        if (!isBehind)
          findings.add(placeOf(walked.place), `nothing behind entry ${closing.count}, where the ledger was closed`, `entry ${entry.seq}`);
        isBehind = true;
        continue;
      }
      entries = entry.seq;
      head = entry.hash;
      checkAnchored(entry, waiting, placeOf(walked.place), findings);
      note(entry);
    }
  }
  // What is gone from the end is known by the anchors that count more than there is.
  for (const anchor of waiting) {
    if (anchor.count > entries)
      findings.add(ledgerPrefix(instance), `${anchor.count} entries, as anchor ${anchor.number} says`, `${entries}`);
  }
  if (closing !== undefined && !isBehind && tornBytes !== closing.torn_bytes) {
    findings.add(ledgerPrefix(instance), `${closing.torn_bytes} bytes behind the last entry, as the closing anchor says`, `${tornBytes}`);
  }
  return { entries, anchors: anchors.length, head, isClosed: closing !== undefined };
}

function checkAnchored(entry: AnyEntry, waiting: Anchor[], place: string, findings: Findings): void {
  for (let anchor = waiting[0]; anchor !== undefined && anchor.count <= entry.seq; anchor = waiting[0]) {
    waiting.shift();
    if (anchor.count < entry.seq) findings.add(place, `an entry ${anchor.count}, which anchor ${anchor.number} names`, 'none that is good');
    else if (anchor.head_hash !== entry.hash) findings.add(place, `hash ${anchor.head_hash}, as anchor ${anchor.number} says`, entry.hash);
  }
}

/** Those that are good, in order. */
async function verifyAnchors(store: ObjectStore, instance: string, findings: Findings): Promise<readonly Anchor[]> {
  const good: Anchor[] = [];
  let number = 0;
  let prevHash: string | null = '';
  for await (const { name } of store.list(anchorPrefix(instance))) {
    number += 1;
    const anchor = await anchorIfGood(store, name, findings);
    if (anchor === null) {
      prevHash = null;
      continue;
    }
    const before = good.at(-1);
    if (anchor.instance !== instance || name !== anchorName(instance, number) || anchor.number !== number) {
      findings.add(name, `anchor ${number} of ${instance}`, `anchor ${anchor.number} of ${anchor.instance}`);
      number = anchor.number;
    } else if (prevHash !== null && anchor.prev_hash !== prevHash) {
      findings.add(name, `an anchor behind ${prevHash || 'none'}`, `one behind ${anchor.prev_hash || 'none'}`);
    } else if (before !== undefined && (before.is_closing || anchor.count < before.count)) {
      findings.add(
        name,
        before.is_closing ? 'no anchor behind the closing one' : `at least ${before.count} entries`,
        `${anchor.count} entries`,
      );
    }
    prevHash = anchor.hash;
    good.push(anchor);
  }
  return good;
}

async function anchorIfGood(store: ObjectStore, name: string, findings: Findings): Promise<Anchor | null> {
  try {
    return await readAnchor(store, name);
  } catch (error) {
    findings.add(name, 'an anchor', damageOf(error));
    return null;
  }
}

/** What is wrong with an object; rethrows what is no damage. */
export function damageOf(error: unknown): string {
  if (
    error instanceof MarketsError &&
    (error.code === 'LEDGER_DAMAGED' || error.code === 'STORE_CHECKSUM' || error.code === 'STORE_TOO_LARGE')
  ) {
    return error.found ?? error.message;
  }
  throw error;
}

function placeOf({ object, line }: EntryPlace): string {
  return line === 0 ? object : `${object}:${line}`;
}

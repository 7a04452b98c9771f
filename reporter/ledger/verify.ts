/** Proves that the ledgers of the reporter, their anchors and the steps of trades are what was written. Changes nothing, and holds no history in memory. */
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { checkAdoption } from './adoption.ts';
import { Findings, type LedgerFinding } from './finding.ts';
import { ADOPTIONS, ANCHORS, LEDGERS } from '../../core/reports/object-names.ts';
import { SentReports } from './sent-reports.ts';
import { damageOf, verifyInstance, type VerifiedInstance } from './verify-instance.ts';
import { verifySteps } from './verify-steps.ts';

export interface VerifiedReports {
  readonly instances: number;
  /** Of them, how many have no closing anchor: they live, or nobody has taken them on yet. */
  readonly open: number;
  readonly entries: number;
  readonly anchors: number;
  readonly steps: number;
  readonly finding_count: number;
  /** At most FINDINGS_KEPT_MAX. */
  readonly findings: readonly LedgerFinding[];
}

export async function verifyReports(store: ObjectStore, progress: (entries: number) => void = () => undefined): Promise<VerifiedReports> {
  const findings = new Findings();
  const sent = new SentReports();
  try {
    const verified = new Map<string, VerifiedInstance>();
    let entries = 0;
    for (const instance of await instancesOf(store, findings)) {
      const found = await verifyInstance(store, instance, findings, (entry) => {
        sent.note(entry);
        entries += 1;
        progress(entries);
      });
      verified.set(instance, found);
    }
    await verifyAdoptions(store, verified, findings);
    const steps = await verifySteps(store, sent, findings);
    return {
      instances: verified.size,
      open: [...verified.values()].filter(({ isClosed }) => !isClosed).length,
      entries,
      anchors: [...verified.values()].reduce((sum, { anchors }) => sum + anchors, 0),
      steps,
      finding_count: findings.count,
      findings: findings.kept,
    };
  } finally {
    sent.close();
  }
}

/** Also those whose ledger is gone: their anchors and adoptions tell of them. One word a start of a process. */
async function instancesOf(store: ObjectStore, findings: Findings): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const prefix of [LEDGERS, ANCHORS, ADOPTIONS]) {
    for await (const { name } of store.list(prefix)) {
      const [instance = ''] = name.slice(prefix.length).split('/');
      if (/^\d{8}T\d{6}-[0-9a-f]{8}$/.test(instance)) found.add(instance);
      else findings.add(name, `${prefix}<instance>/...`, 'another name');
    }
  }
  return [...found].sort();
}

async function verifyAdoptions(store: ObjectStore, verified: ReadonlyMap<string, VerifiedInstance>, findings: Findings): Promise<void> {
  for await (const { name } of store.list(ADOPTIONS)) {
    const [instance = ''] = name.slice(ADOPTIONS.length).split('/');
    if (name.endsWith('.done.json') && verified.get(instance)?.isClosed === false)
      findings.add(name, 'a ledger with a closing anchor', 'none');
    try {
      await checkAdoption(store, name);
    } catch (error) {
      findings.add(name, 'an adoption', damageOf(error));
    }
  }
}

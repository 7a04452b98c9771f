import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { madeUpReport } from '../submit/test-support/made-up-report.ts';
import type { Submission } from '../submit/submitter.ts';
import { chooseFault, evenFaults, REGULATOR_FAULTS } from './fault-choice.ts';
import { NO_JOURNAL, openJournal } from './journal.ts';
import { hasIsinCheckDigit, hasLeiCheckDigits, isLate } from './judge-report.ts';
import { readReport } from './read-report.ts';
import { createRegulator, type PostedReport, type Reaction, type Regulator, type RegulatorRules } from './regulator.ts';

const RULES: RegulatorRules = {
  ...{ seed: 1, faults: {}, lateMs: 1000, reportWithinMs: null, retryAfterSeconds: 1, duplicatesAs: 'conflict' },
  instruments: { unknown: new Set(), pending: new Set() },
};
const folders: string[] = [];

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

function posted({ trn, action, bytes, sha256, contentType }: Submission): PostedReport {
  const contentDigest = `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`;
  return { idempotencyKey: `${trn}-${action}`, contentDigest, contentType, bytes };
}

function inMemory(rules: Partial<RegulatorRules> = {}, nowMs = (): number => 0): Regulator {
  return createRegulator({ ...RULES, ...rules }, nowMs, NO_JOURNAL);
}

function shown(reaction: Reaction): string {
  return 'answer' in reaction ? `${reaction.wire} ${String(reaction.answer.status)} ${reaction.answer.body}` : reaction.wire;
}

describe('rules', () => {
  it('LEI and ISIN by their check digits', () => {
    expect(['529900T8BM49AURSDO55', '5493001KJTIIGC8Y1R12'].map(hasLeiCheckDigits)).toEqual([true, true]);
    expect(['529900T8BM49AURSDO56', '529900T8BM49AURSDO5', '', '529900t8bm49aursdo55'].map(hasLeiCheckDigits)).toEqual([
      false,
      false,
      false,
      false,
    ]);
    expect(['DE0007164600', 'US0378331005', 'US0378331004', 'US037833100', ''].map(hasIsinCheckDigit)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  it('late is after the working day that follows the trade', () => {
    const report = readReport(madeUpReport({ trn: 'A' }).bytes, 'application/xml', 'NEWT')!;
    expect(report.tradedMs).toBe(Date.UTC(2026, 0, 5, 8));
    expect(isLate(report, Date.UTC(2026, 0, 6, 23, 59, 59), null)).toBe(false);
    expect(isLate(report, Date.UTC(2026, 0, 7), null)).toBe(true);
    const friday = { ...report, tradedMs: Date.UTC(2026, 0, 9, 8) };
    expect(isLate(friday, Date.UTC(2026, 0, 12, 23, 59, 59), null)).toBe(false);
    expect(isLate(friday, Date.UTC(2026, 0, 13), null)).toBe(true);
    expect(isLate({ ...report, form: 'json' }, report.tradedMs! + 60_001, 60_000)).toBe(true);
  });

  it.each<[string, Partial<PostedReport>, string]>([
    ['another digest', { contentDigest: 'sha-256=:AAAA:' }, 'SIM-DIGEST'],
    ['no key', { idempotencyKey: '' }, 'SIM-KEY'],
    ['the key of another report', { idempotencyKey: 'B-NEWT' }, 'SIM-KEY'],
    ['the key of another action', { idempotencyKey: 'A-CANC' }, 'SIM-KEY'],
  ])('a report with %s is refused as a whole', async (_, change, code) => {
    const regulator = inMemory();
    expect(shown(await regulator.submitted({ ...posted(madeUpReport({ trn: 'A' })), ...change }))).toBe(`answer 400 {"code":"${code}"}`);
    expect(regulator.books()).toEqual([]);
  });

  it.each([
    ['not well-formed', '<Document>'],
    ['without a transaction', '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:auth.016.001.03"/>'],
    ['of another namespace', madeUpReport({ trn: 'A' }).bytes.toString().replace('auth.016.001.03', 'auth.016.001.01')],
    [
      'with a document type',
      `<!DOCTYPE a [<!ENTITY b "c">]>${madeUpReport({ trn: 'A' })
        .bytes.toString()
        .replace(/<\?.*?\?>/, '')}`,
    ],
    [
      'with two transactions',
      madeUpReport({ trn: 'A' })
        .bytes.toString()
        .replace(/<Tx><New>.*<\/New><\/Tx>/, (tx) => tx + tx),
    ],
    ['far too deep', '<a>'.repeat(100)],
  ])('a file that is %s is no report', (_, text) => {
    expect(readReport(Buffer.from(text), 'application/xml', 'NEWT')).toBeNull();
  });
});

describe('faults', () => {
  it('are the same for the same seed, report and try, in whatever order reports come', async () => {
    const reports = Array.from({ length: 60 }, (_, n) => madeUpReport({ trn: `R${String(n)}`, ...(n % 7 === 0 && { lei: 'wrong' }) }));
    const play = async (order: readonly Submission[]): Promise<Map<string, string[]>> => {
      const regulator = inMemory({ faults: evenFaults(0.8), seed: 42 });
      const answers = new Map<string, string[]>();
      for (const report of [...order, ...order.toReversed(), ...order]) {
        answers.set(report.trn, [...(answers.get(report.trn) ?? []), shown(await regulator.submitted(posted(report)))]);
      }
      return answers;
    };
    const first = await play(reports);
    expect(await play(reports.toReversed())).toEqual(first);
    expect(await play(reports.toSorted((left, right) => (left.sha256 < right.sha256 ? -1 : 1)))).toEqual(first);
  });

  it('of every kind come as often as their shares say', () => {
    const met = new Map<string | null, number>();
    const shares = evenFaults(0.26);
    for (let n = 0; n < 20_000; n++) {
      const fault = chooseFault(shares, 3, `R${String(n)}-NEWT`, 1);
      met.set(fault, (met.get(fault) ?? 0) + 1);
    }
    for (const fault of REGULATOR_FAULTS) expect(met.get(fault)! / 20_000).toBeCloseTo(0.02, 2);
    expect(met.get(null)! / 20_000).toBeCloseTo(0.74, 1);
  });
});

describe('a journal', () => {
  const path = async (): Promise<string> => {
    const folder = await mkdtemp(join(tmpdir(), 'regulator-'));
    folders.push(folder);
    return join(folder, 'books.jsonl');
  };

  it('gives the same books, duplicates and late replies after a restart', async () => {
    const file = await path();
    let nowMs = Date.UTC(2026, 0, 5, 9);
    const rules = { ...RULES, faults: { pending: 0.5 }, seed: 5 };
    const journal = await openJournal(file);
    const regulator = createRegulator(rules, () => nowMs, journal);
    const reports = Array.from({ length: 20 }, (_, n) => madeUpReport({ trn: `R${String(n)}`, ...(n % 5 === 0 && { lei: 'wrong' }) }));
    await Promise.all(reports.map(async (report) => await regulator.submitted(posted(report))));
    nowMs += 1000;
    await regulator.submitted(posted(madeUpReport({ trn: 'LAST' })));
    const before = { books: regulator.books(), feed: shown(await regulator.feed(0)) };
    expect(before.books.some(({ state }) => state === 'RJCT')).toBe(true);
    await journal.close();

    // What a crash leaves of a last line was told to nobody.
    await appendFile(file, '{"op":"entry","entry":{"trn":"HALF');
    const again = await openJournal(file);
    const restarted = createRegulator({ ...rules, faults: {} }, () => nowMs, again);
    expect({ books: restarted.books(), feed: shown(await restarted.feed(0)) }).toEqual(before);
    expect(shown(await restarted.submitted(posted(reports[1]!)))).toContain('409');
    await again.close();
    expect((await readFile(file, 'utf8')).includes('HALF')).toBe(false);
  });

  it('holds what was answered, before it was answered', async () => {
    const file = await path();
    const journal = await openJournal(file);
    const regulator = createRegulator(RULES, () => 0, journal);
    await Promise.all(
      Array.from({ length: 50 }, async (_, n) => {
        await regulator.submitted(posted(madeUpReport({ trn: `R${String(n)}` })));
        expect(await readFile(file, 'utf8')).toContain(`"R${String(n)}"`);
      }),
    );
    await journal.close();
  });
});

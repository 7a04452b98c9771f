/** The same records as messages and as a file of the generated kind: one way of judging, two ways in. */
import { expect, test } from 'vitest';
import type { SourceSpec } from '../spec/source-spec.ts';
import { ENGINE_LIMITS } from './limits.ts';
import { createMessageChecker } from './message-checker.ts';
import type { Cell, RecordSpan } from './output/file-output.ts';
import type { Finding } from './report.ts';
import { judgeInMemory } from './test-support/judge-in-memory.ts';
import { oracleFile, type OracleFile } from './test-support/oracle/oracle-file.ts';

const NOW = '2023-01-30T06:00:00.000000Z';
const SEEDS = 40;

interface Judged {
  readonly span: RecordSpan;
  readonly findings: readonly Finding[];
  readonly cells: readonly Cell[];
  readonly extra: string | null;
  readonly warnings: string | null;
}

/** Messages have neither the header nor the rows above it; the columns of these files stand in the schema's order. */
function messageSpec({ source, ...spec }: SourceSpec): SourceSpec {
  return { ...spec, source: { ...source, csv: { ...source.csv, has_header: false, skip_rows: 0 } } };
}

async function judgeFile({ spec, file, delivered, maxRecordBytes, chunkBytes }: OracleFile): Promise<readonly Judged[]> {
  const { output } = await judgeInMemory(spec, delivered, { file, limits: { maxRecordBytes, chunkBytes } });
  const refused = output.refused.map(({ span, findings }) => ({ span, findings, cells: [], extra: null, warnings: null }));
  return [...output.staged.map((row) => ({ ...row, findings: [] })), ...refused].toSorted((a, b) => a.span.record - b.span.record);
}

test.each(['csv', 'json', 'jsonl'] as const)('each record of a %s file gets as a message what it gets in the file', async (format) => {
  const seen = new Set<string>();
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const file = oracleFile(seed, format);
    if (file.spec.source.encoding.startsWith('utf-16')) continue;
    const limits = { ...ENGINE_LIMITS, maxRecordBytes: file.maxRecordBytes };
    const checker = createMessageChecker(messageSpec(file.spec), { now: NOW, limits });
    for (const { span, findings, cells, extra, warnings } of await judgeFile(file)) {
      const codes = findings.map(({ code }) => code);
      const place = `seed ${seed}, record ${span.record}`;
      const checked = checker.check(file.content.subarray(span.byteOffset, span.byteOffset + span.byteLength));
      // That a key stands twice is no matter of one record.
      const isRepeated = codes.includes('DUPLICATE_KEY');
      seen.add(isRepeated ? 'repeated' : checked.verdict);
      codes.forEach((code) => seen.add(code));
      expect(checked.findings, place).toEqual(isRepeated ? [] : findings);
      if (isRepeated) continue;
      expect(checked.cells, place).toEqual(cells);
      expect(checked.extra, place).toBe(extra);
      expect(checked.warnings, place).toEqual(warnings === null ? [] : JSON.parse(warnings));
    }
  }
  expect([...seen]).toEqual(
    expect.arrayContaining(['accepted', 'refused', 'repeated', 'RECORD_TOO_LONG', 'RECORD_UNPARSABLE', 'TYPE_MISMATCH', 'RULE_FAILED']),
  );
});

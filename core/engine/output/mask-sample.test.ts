import { expect, it } from 'vitest';
import type { Finding, QuarantineRecord } from '../report.ts';
import { plainColumn, plainSpec } from '../test-support/plain-spec.ts';
import { maskSample } from './mask-sample.ts';

const STRING = { kind: 'STRING' } as const;
const secret = plainColumn('secret', STRING, 'csv', { classification: 'pii' });
const open = plainColumn('open', STRING, 'csv');

function finding(more: Partial<Finding>): Finding {
  const found = 'Jane Doe';
  return {
    code: 'VALUE_NOT_ALLOWED',
    column: 'secret',
    rule: null,
    found,
    expected: 'x',
    message: `expected x, found '${found}'`,
    ...more,
  };
}

const RECORD: QuarantineRecord = {
  load_id: 'l',
  file: 'f',
  record: 1,
  line: 2,
  byte_offset: 3,
  byte_length: 14,
  raw: 'Jane Doe,shown',
  findings: [
    finding({}),
    finding({ column: 'open', found: 'shown', message: "found 'shown'" }),
    finding({ code: 'RULE_FAILED', column: null, rule: 'R' }),
    finding({ code: 'FIELD_UNKNOWN', column: 'name' }),
  ],
  at: 'now',
};

it('hides the bytes of a record and every value that may be of a classified column', () => {
  const shown = maskSample(RECORD, plainSpec({ columns: [secret, open] }));
  expect(JSON.stringify(shown)).not.toContain('Jane');
  expect(shown).toMatchObject({ record: 1, line: 2, byte_offset: 3, raw: '***', findings: [{ found: '***' }, { found: 'shown' }, {}, {}] });
});

it('shows bytes that are no text neither', () => {
  const { load_id, file, record, line, byte_offset, byte_length, findings, at } = RECORD;
  const bytes = { load_id, file, record, line, byte_offset, byte_length, findings, at, raw_base64: 'SmFuZQ==' };
  const shown = maskSample(bytes, plainSpec({ columns: [secret] }));
  expect(shown.raw_base64).toBeUndefined();
});

it('changes nothing where no column is classified', () => {
  expect(maskSample(RECORD, plainSpec({ columns: [open] }))).toBe(RECORD);
});

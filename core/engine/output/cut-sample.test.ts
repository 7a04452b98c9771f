import { expect, it } from 'vitest';
import type { QuarantineRecord } from '../report.ts';
import { cutSample } from './cut-sample.ts';
import { quarantineRecord } from './quarantine-record.ts';

function recordOf(raw: Uint8Array): QuarantineRecord {
  const span = { record: 1, line: 2, byteOffset: 3, byteLength: raw.length };
  return quarantineRecord({ load_id: 'l', file: 'f', at: 'now' }, span, raw, []);
}

it('leaves a record alone that is as long as the limit', () => {
  const record = recordOf(Buffer.from('12345678'));
  expect(cutSample(record, 8)).toBe(record);
});

it('cuts text between two characters and says so', () => {
  const shown = cutSample(recordOf(Buffer.from('1234567é9')), 8);
  expect(shown).toMatchObject({ raw: '1234567', raw_cut: true, byte_length: 10 });
  expect(cutSample(recordOf(Buffer.from('123456é89')), 8)).toMatchObject({ raw: '123456é', raw_cut: true });
});

it('cuts bytes that are no text at the limit', () => {
  const shown = cutSample(recordOf(Buffer.alloc(9, 0xff)), 8);
  expect(shown).toMatchObject({ raw_base64: Buffer.alloc(8, 0xff).toString('base64'), raw_cut: true });
  expect(shown.raw).toBeUndefined();
});

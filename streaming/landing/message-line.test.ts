import { expect, test } from 'vitest';
import { messageLine } from './message-line.ts';

test.each([
  ['{"a":1}', '{"a":1}'],
  ['{"a":1', '{"a":1'],
  ['{\r\n "a": "x\\ny"\n}\n', '{   "a": "x\\ny" } '],
  ['\uFEFF{"a":1}', '{"a":1}'],
  ['{"a":"x\ny"}', String.raw`"{\"a\":\"x\ny\"}"`],
  ['', '""'],
  [' \t', String.raw`" \t"`],
  ['\n', String.raw`"\n"`],
])('%j becomes the line %j', (message, line) => {
  expect(messageLine(Buffer.from(message)).toString()).toBe(line);
});

test('a tombstone is a line that is no record, and so is what is no text', () => {
  expect(messageLine(null).toString()).toBe('null');
  expect(messageLine(Buffer.from([0xff, 10, 0xfe])).toString()).toBe('"/wr+"');
  expect(messageLine(Buffer.from([0x22, 0xff, 0x22]))).toEqual(Buffer.from([0x22, 0xff, 0x22]));
});

import { expect, test } from 'vitest';
import { bucketLayout } from './bucket-layout.ts';

const layout = bucketLayout('gs://bank-int');

test('each top folder is a bucket of its own', () => {
  expect(layout.placeOf('landing/murex/a.xml')).toEqual({ bucket: 'bank-int-landing', object: 'murex/a.xml' });
});

test.each([
  ['control/lease/00000001.json', 'journal'],
  ['control/claims/x', 'journal'],
  ['control/checkpoints/00000001.json', 'journal'],
  ['control/events/date=2023-01-30/run/main/00000001.jsonl', 'journal'],
  ['control/events/date=2023-01-30/sealed.jsonl', 'control'],
  ['control/specs/x.yaml', 'control'],
  ['control/reports/instances/20230130T060000-00000001.json', 'journal'],
  ['control/reports/ledger/20230130T060000-00000001/000000000001.jsonl', 'control'],
])('%s lies in %s: what is deleted is under no retention policy', (name, bucket) => {
  expect(layout.placeOf(name)).toEqual({ bucket: `bank-int-${bucket}`, object: name.slice('control/'.length) });
  expect(layout.buckets).toContain(`bank-int-${bucket}`);
});

test('a prefix names the buckets that may hold such names, in the order of the names', () => {
  const buckets = (prefix: string): string[] =>
    layout.placesOf(prefix).map((group) => group.map(({ bucket }) => bucket.slice(9)).join('+'));
  expect(layout.placesOf('qua')).toEqual([[{ bucket: 'bank-int-quarantine', object: '', folder: 'quarantine/' }]]);
  expect(buckets('')).toEqual([
    'archive',
    'control+journal',
    'extracts',
    'failed',
    'history',
    'landing',
    'quarantine',
    'reports',
    'staging',
  ]);
  expect(buckets('control/lease/')).toEqual(['journal']);
  expect(buckets('control/specs/')).toEqual(['control']);
  expect(buckets('control/reports/')).toEqual(['control+journal']);
  expect(buckets('control/reports/ledger/')).toEqual(['control']);
  expect(buckets('control/reports/instances/')).toEqual(['journal']);
  expect(buckets('control/e')).toEqual(['control+journal']);
  expect(buckets('control/events/date=2023-01-30/')).toEqual(['control+journal']);
  expect(layout.placesOf('warehouse/')).toEqual([]);
});

test.each(['warehouse/x', 'landing', 'x/y', '../landing/x'])('the name %j lies in no bucket', (name) => {
  expect(() => layout.placeOf(name)).toThrow(expect.objectContaining({ code: 'STORE_NAME' }));
});

test.each(['gs://', 'gs://Bank', 'gs://bank/int', 'gs://b', `gs://${'b'.repeat(53)}`, 's3://bank', 'bank'])(
  'the root %j is refused',
  (root) => {
    expect(() => bucketLayout(root)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', found: root }));
  },
);

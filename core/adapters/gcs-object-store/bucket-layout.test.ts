import { expect, test } from 'vitest';
import { bucketLayout } from './bucket-layout.ts';

const layout = bucketLayout('gs://bank-int');

test('each top folder is a bucket of its own', () => {
  expect(layout.placeOf('landing/murex/a.xml')).toEqual({ bucket: 'bank-int-landing', object: 'murex/a.xml' });
  expect(layout.nameOf({ bucket: 'bank-int-landing', object: 'murex/a.xml' })).toBe('landing/murex/a.xml');
  expect(layout.controlBucket).toBe('bank-int-control');
});

test('a prefix names the buckets that may hold such names, in the order of the names', () => {
  expect(layout.placesOf('control/lease/')).toEqual([{ bucket: 'bank-int-control', object: 'lease/' }]);
  expect(layout.placesOf('qua')).toEqual([{ bucket: 'bank-int-quarantine', object: '' }]);
  expect(layout.placesOf('').map(({ bucket }) => bucket)).toEqual(
    ['archive', 'control', 'extracts', 'failed', 'landing', 'quarantine', 'staging'].map((folder) => `bank-int-${folder}`),
  );
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

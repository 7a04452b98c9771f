/** The functions of times against TimeScan, on times and on texts that nearly are. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assemble } from '../../kernel/assemble.ts';
import { Instance, Memory, Module } from '../../kernel/web-assembly.ts';
import { damaged, DATES, MOMENTS, OFFSETS } from '../../test-support/random-times.ts';
import { DAYS_BEFORE, DAYS_IN, FRACTION, TimeScan } from '../time-scan.ts';
import { TIME_FUNCTIONS } from './time-code.ts';
import type { Scope } from './scope.ts';
import { translate } from './translate.ts';

const [VALUE, INPUT, FRACTION_AT, DAYS_IN_AT, DAYS_BEFORE_AT] = [8, 1024, 2048, 4096, 20_480];
const BEFORE = 3;
const SCOPE: Scope = {
  arrays: new Map([
    ['b', { element: 'byte', at: INPUT }],
    ['V', { element: 'double', at: VALUE }],
    ['FRACTION', { element: 'word', at: FRACTION_AT }],
    ['DAYS_IN', { element: 'word', at: DAYS_IN_AT }],
    ['DAYS_BEFORE', { element: 'word', at: DAYS_BEFORE_AT }],
  ]),
  fields: new Map(),
  calls: new Map(TIME_FUNCTIONS.map(({ name, parameters }) => [name, { name, parameters: parameters.map(() => 'i32'), result: 'i32' }])),
  view: 'view',
  input: INPUT,
  isDouble: (name) => name === 'f' || name === 'h',
  isExact: () => false,
};

type Method = 'date' | 'compactDate' | 'datetime' | 'timestamp';
const memory = new Memory({ initial: 1, maximum: 1 });
const module = new Module(assemble(TIME_FUNCTIONS.map((each) => translate(each, SCOPE)).join('\n')));
const functions = new Instance(module, { js: { memory } }).exports as Record<Method, (p: number, mayLackOffset?: number) => number>;
const bytes = Buffer.from(memory.buffer);
new Int32Array(memory.buffer, FRACTION_AT).set(FRACTION);
new Int32Array(memory.buffer, DAYS_IN_AT).set(DAYS_IN);
new Int32Array(memory.buffer, DAYS_BEFORE_AT).set(DAYS_BEFORE);

const TEXTS: Readonly<Record<Method, fc.Arbitrary<string>>> = {
  date: DATES.map((date) => date.join('-')),
  compactDate: DATES.map((date) => date.join('')),
  datetime: MOMENTS,
  timestamp: fc.tuple(MOMENTS, OFFSETS).map((parts) => parts.join('')),
};

test.each(['date', 'compactDate', 'datetime', 'timestamp'] as const)('%s reads what TimeScan reads', (method) => {
  let read = 0;
  fc.assert(
    fc.property(damaged(TEXTS[method]), fc.boolean(), (text, mayLackOffset) => {
      const line = Buffer.from(`${'9'.repeat(BEFORE)}${text}\n${' '.repeat(40)}`, 'latin1');
      line.copy(bytes, INPUT);
      const scan = new TimeScan(mayLackOffset);
      const end = scan[method](new DataView(line.buffer, line.byteOffset, line.length), BEFORE);
      expect(functions[method](BEFORE, Number(mayLackOffset))).toBe(end);
      if (end < 0) return;
      read += 1;
      expect(bytes.readDoubleLE(VALUE)).toBe(scan.value[0]);
    }),
    { numRuns: 4000 },
  );
  expect(read).toBeGreaterThan(100);
});

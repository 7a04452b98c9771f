import { expect, test } from 'vitest';
import { loggableMessage } from './loggable-message.ts';

const MODEL = 'Runtime Error in model stg_trades (models/staging/stg_trades.sql)';

test.each([
  [`${MODEL}\n  Conversion Error: Could not convert string 'secret' to INT64\n  LINE 3: select 'secret'`, 'Conversion Error'],
  [`${MODEL}\n  Constraint Error: Duplicate key "id: secret" violates primary key constraint`, 'Constraint Error'],
  [`${MODEL}\n  Bad int64 value: secret`, 'Bad int64 value'],
  [`${MODEL}\n  Invalid date: 'secret'`, 'Invalid date'],
  [`${MODEL}\n  Could not cast literal 'secret' to type DATE`, 'Could not cast literal'],
])('a message about a value is logged without it: %#', (message, kind) => {
  const logged = loggableMessage(message);
  expect(logged).toContain(MODEL);
  expect(logged).toContain(kind);
  expect(logged).not.toContain('secret');
});

test.each([
  `${MODEL}\n  Binder Error: Referenced column "trade_idd" not found in FROM clause!\n  LINE 3: select trade_idd`,
  `${MODEL}\n  Unrecognized name: trade_idd at [3:8]`,
  'Got 3 results, configured to fail if != 0',
])('a message about SQL is logged whole: %#', (message) => {
  expect(loggableMessage(message)).toBe(message);
});

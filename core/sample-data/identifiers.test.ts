import { expect, test } from 'vitest';
import { identifierCheck } from '../engine/checks/identifier-checks.ts';
import { identifier, wrongIdentifier } from './identifiers.ts';
import { seededRandom } from './random.ts';

test.each(['lei', 'isin', 'mic', 'currency', 'cfi', 'figi'] as const)('%s: right ones hold, wrong ones do not', (check) => {
  const random = seededRandom(3);
  const { holds } = identifierCheck(check);
  for (let count = 0; count < 100; count += 1) {
    expect(holds(identifier(check, random))).toBe(true);
    expect(holds(wrongIdentifier(check, random))).toBe(false);
  }
});

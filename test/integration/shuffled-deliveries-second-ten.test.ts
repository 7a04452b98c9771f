import { describe } from 'vitest';
import { testShuffles } from '../support/shuffled-deliveries.ts';

describe('deliveries in another order', () => {
  testShuffles([11, 12, 13, 14, 15, 16, 17, 18, 19, 20]);
});

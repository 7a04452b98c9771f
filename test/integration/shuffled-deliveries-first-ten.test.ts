import { describe } from 'vitest';
import { testShuffles } from '../support/shuffled-deliveries.ts';

describe('deliveries in another order', () => {
  testShuffles([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

import { describe, expect, it } from 'vitest';
import { tradeId, TRADE_ID_NAMESPACE } from './trade-id.ts';

describe('tradeId', () => {
  it('keeps the namespace that every identity ever sent was made with', () => {
    expect(TRADE_ID_NAMESPACE).toBe('a1b2c3d4-e5f6-7890-abcd-ef1234567890');
  });

  it('gives the published vector', () => {
    expect(tradeId('markets', 'MUREX', 'TRD-12345')).toBe('56c574d1102fdd4e50a4721af8aa6f30');
  });

  it('refuses a part that could make two identities collide', () => {
    expect(() => tradeId('markets:MUREX', 'X', '1')).toThrow(/not allowed/);
  });
});

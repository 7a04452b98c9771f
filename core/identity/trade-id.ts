/**
 * trade_id: md5 of `namespace:domain:source_system:source_trade_id`, lower-case hex, the same in TypeScript, DuckDB and
 * BigQuery (dbt_project/macros/identity/trade_id.sql). Changing the namespace would change every identity ever sent to a
 * partner, so CI fails when it changes.
 */
import { createHash } from 'node:crypto';
import { MarketsError } from '../errors/markets-error.ts';

export const TRADE_ID_NAMESPACE = 'a1b2c3d4-e5f6-7890-abcd-ef1234567890';

/** domain and source_system are limited to this, so that only the last part can hold a colon and no two identities collide. */
export const IDENTITY_PART = /^[A-Za-z0-9_]+$/;

export function tradeId(domain: string, sourceSystem: string, sourceTradeId: string): string {
  for (const part of [domain, sourceSystem]) {
    if (!IDENTITY_PART.test(part)) {
      throw new MarketsError('INTERNAL', 'A part of an identity has a character that is not allowed.', {
        expected: 'letters, digits and _',
        found: part,
      });
    }
  }
  return createHash('md5').update(`${TRADE_ID_NAMESPACE}:${domain}:${sourceSystem}:${sourceTradeId}`, 'utf8').digest('hex');
}

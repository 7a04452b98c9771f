/** The hashed identity of the transactions that have one: its column in the warehouse and the canonical column it is made from. */
import type { EntityName } from '../../../core/canonical/entities.ts';

export interface RecordKey {
  readonly column: 'trade_id' | 'order_key';
  readonly canonical: 'source_trade_id' | 'source_order_id';
}

export function recordKey(entity: EntityName): RecordKey | null {
  switch (entity) {
    case 'trades':
    case 'executions':
      return { column: 'trade_id', canonical: 'source_trade_id' };
    case 'orders':
      return { column: 'order_key', canonical: 'source_order_id' };
    default:
      return null;
  }
}

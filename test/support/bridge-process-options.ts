/** A bridge of a test: how soon its group sees that it was killed, and what it reads. */
import { join } from 'node:path';
import { requireSpecs } from '../../core/spec/load-specs.ts';
import type { StreamSpec } from '../../streaming/bridge/source-bridge.ts';
import { HOME } from './command-line.ts';

/** A member that was killed has left its group after two seconds. */
export const BRIDGE_TIMES = { heartbeatMs: 300, sessionMs: 2000, rebalanceMs: 15_000, revokeMs: 10_000, unavailableMs: 60_000 } as const;

export async function exchangeTrades(): Promise<StreamSpec> {
  const spec = (await requireSpecs(join(HOME, 'source_specs'))).find(({ name }) => name === 'exchange_trades');
  if (spec?.stream === null || spec?.stream === undefined)
    throw new Error('expected a stream exchange_trades among the specs of the project');
  return { ...spec, stream: spec.stream };
}

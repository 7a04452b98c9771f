/** The service on a free port over a pipeline that only remembers, with a clock that the test moves. */
import { SILENT } from '../../../core/telemetry/logger.ts';
import { parseReporterConfig } from '../../config/load-reporter-config.ts';
import { createEventReaders } from '../../event/event-readers.ts';
import { TRADE_SPEC } from '../../event/test-support/trade-spec.ts';
import type { LedgerData } from '../../ledger/entry.ts';
import type { NewEntry } from '../../ledger/ledger.ts';
import type { Acceptance, Arrival } from '../../pipeline/arrival.ts';
import type { ReplayRequest } from '../reporting-pipeline.ts';
import { startService, type Service } from '../start-service.ts';

export const START_MS = Date.parse('2026-01-05T10:16:00Z');

export class RememberingPipeline {
  readonly arrivals: Arrival[] = [];
  readonly replays: ReplayRequest[] = [];
  refreshed = 0;
  /** What accept() says, or throws. */
  answer: () => Promise<Acceptance> = async () => await Promise.resolve('received' as const);

  async accept(arrival: Arrival): Promise<Acceptance> {
    const acceptance = await this.answer();
    if (acceptance === 'received') this.arrivals.push(arrival);
    return acceptance;
  }

  async refresh(): Promise<unknown> {
    this.refreshed += 1;
    return await Promise.resolve({ entries: 3 });
  }

  async replay(request: ReplayRequest): Promise<readonly { readonly eventId: string; readonly outcome: 'replayed' }[]> {
    this.replays.push(request);
    return await Promise.resolve(request.eventIds.map((eventId) => ({ eventId, outcome: 'replayed' as const })));
  }
}

export interface ServiceInTest {
  readonly service: Service;
  readonly url: string;
  readonly pipeline: RememberingPipeline;
  /** Entries `refused` of the ledger. */
  readonly refused: LedgerData['refused'][];
  readonly unready: string[];
  /** Moves the clock of tokens and keys. */
  forward(milliseconds: number): void;
  nowSeconds(): number;
}

/** `yaml` is the block `reporter:` without its first line. */
export async function startTestService(yaml: string, clock: { ms: number } = { ms: 0 }): Promise<ServiceInTest> {
  const pipeline = new RememberingPipeline();
  const refused: LedgerData['refused'][] = [];
  const unready: string[] = [];
  const config = parseReporterConfig(`reporter:\n  service:\n    port: 0\n${yaml}`, 'test.yaml');
  const service = await startService({
    config,
    readers: createEventReaders([TRADE_SPEC], ['desk_trades'], '2026-01-05T10:16:00.000000Z'),
    pipeline,
    ledger: {
      append: async ({ data }: NewEntry) => {
        refused.push(data as LedgerData['refused']);
        return await Promise.resolve({ seq: refused.length, hash: '' });
      },
    },
    time: {
      nowMs: () => START_MS + clock.ms,
      monotonicMs: () => clock.ms,
      wait: async (_milliseconds, signal) =>
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true })),
    },
    logger: SILENT,
    figures: [],
    probes: { unhealthy: () => [], unready: () => unready },
  });
  return {
    service,
    url: `http://127.0.0.1:${String(service.port)}`,
    pipeline,
    refused,
    unready,
    forward: (milliseconds) => {
      clock.ms += milliseconds;
    },
    nowSeconds: () => Math.floor((START_MS + clock.ms) / 1000),
  };
}

/** Opens the ledger of this process: its heartbeat, its log, and an anchor every minute. */
import { isMarketsError, MarketsError } from '../../core/errors/markets-error.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { writeAnchor, type Anchor } from '../../core/reports/anchors.ts';
import { momentOf, type Time } from '../../core/time/time.ts';
import { hasLogFiles, openEntryLog } from './entry-log.ts';
import { GroupCommit, type GroupLimits } from './group-commit.ts';
import { startHeartbeat } from './heartbeat.ts';
import type { Ledger } from './ledger.ts';

export interface LedgerOptions {
  readonly store: ObjectStore;
  /** One a process start: core/stream/object-names.ts writerName(). */
  readonly instance: string;
  readonly time: Time;
  /** Silent for three of them, the instance counts as dead. */
  readonly heartbeatSeconds?: number;
  readonly anchorSeconds?: number;
  readonly limits?: Partial<GroupLimits>;
  /** How long entries are gathered: before a sync of the log file, and before an object is written. */
  readonly gatherMs?: { readonly file: number; readonly objects: number };
  /** Called once, with LEDGER_FAILED: the process should end. */
  readonly onFailure?: (error: MarketsError) => void;
}

const HEARTBEAT_SECONDS = 10;
const ANCHOR_SECONDS = 60;
/** In a row; then the ledger fails, for a chain that cannot be anchored proves less than it says. */
const ANCHOR_FAILURES_MAX = 3;
const LIMITS = { groupBytesMax: 4 * 1024 * 1024, waitingEntriesMax: 50_000, waitingBytesMax: 64 * 1024 * 1024 };
/** A sync of a file gathers by itself what comes meanwhile; an object costs by its number. */
const GATHER_MS = { file: 0, objects: 20 };

/** Resolves when the instance is known to others and its log is there. STORE_EXISTS where another has the instance's name. */
export async function openLedger(options: LedgerOptions): Promise<Ledger> {
  const { store, instance, time } = options;
  const heartbeat = await startHeartbeat({ store, instance, time, seconds: options.heartbeatSeconds ?? HEARTBEAT_SECONDS });
  const log = await openEntryLog(store, instance);
  const gather = options.gatherMs ?? GATHER_MS;
  const gatherMs = hasLogFiles(store, instance) ? gather.file : gather.objects;
  const commit = new GroupCommit({
    log,
    instance,
    time,
    limits: { gatherMs, ...LIMITS, ...options.limits },
    assertAlive: () => heartbeat.assertAlive(),
    onFailure: (error) => options.onFailure?.(error),
  });
  const keeper = new AnchorKeeper(options, commit);
  keeper.start();
  let closing: Promise<void> | null = null;
  return {
    instance,
    async append(entry) {
      if (closing !== null)
        throw new MarketsError('LEDGER_CLOSED', 'The ledger takes no more entries.', { next: 'Send it to another instance.' });
      return await commit.append(entry);
    },
    state: () => ({
      waiting: commit.waiting.entries,
      waitingBytes: commit.waiting.bytes,
      count: commit.head.seq,
      failure: commit.failure,
    }),
    async close() {
      closing ??= (async () => {
        await commit.settled();
        await keeper.stop();
        const hasClosed = commit.failure === null && (await keeper.close());
        await log.close();
        await heartbeat.stop(hasClosed ? 'ended' : 'silent');
      })();
      await closing;
    },
  };
}

class AnchorKeeper {
  private readonly options: LedgerOptions;
  private readonly commit: GroupCommit;
  private readonly stopping = new AbortController();
  private last: Anchor | null = null;
  private failures = 0;
  private work: Promise<void> = Promise.resolve();

  constructor(options: LedgerOptions, commit: GroupCommit) {
    this.options = options;
    this.commit = commit;
  }

  start(): void {
    this.work = this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.work;
  }

  /** false where it could not be written: then whoever adopts writes it. */
  async close(): Promise<boolean> {
    try {
      await this.anchor(true);
      return true;
    } catch (error) {
      this.commit.fail(error);
      return false;
    }
  }

  private async run(): Promise<void> {
    const { time, anchorSeconds = ANCHOR_SECONDS } = this.options;
    for (;;) {
      await time.wait(anchorSeconds * 1000, this.stopping.signal);
      if (this.stopping.signal.aborted || this.commit.failure !== null) return;
      if (this.commit.head.seq === (this.last?.count ?? 0)) continue;
      try {
        await this.anchor(false);
        this.failures = 0;
      } catch (error) {
        this.failures += 1;
        if (isMarketsError(error, 'LEDGER_FAILED') || this.failures >= ANCHOR_FAILURES_MAX) this.commit.fail(error);
      }
    }
  }

  private async anchor(isClosing: boolean): Promise<void> {
    const { store, instance, time } = this.options;
    const { seq: count, hash } = this.commit.head;
    this.last = await writeAnchor(store, this.last, {
      instance,
      at: momentOf(time.nowMs()),
      by: instance,
      count,
      head_hash: hash,
      torn_bytes: 0,
      is_closing: isClosing,
    });
  }
}

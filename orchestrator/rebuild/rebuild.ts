/**
 * Stages archived files again, in a run of its own: under the lease, and on record. Everything follows from archive/ and control/. One load that cannot
 * be staged never stops another. Safe to repeat: what stands is not touched, and a rebuild that was killed is finished by the next.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readEventLog } from '../../core/events/event-log.ts';
import { isMarketsError } from '../../core/errors/markets-error.ts';
import type { FileValidator } from '../deliver/file-validator.ts';
import type { CycleError } from '../run/cycle-result.ts';
import { runOneStep } from '../run/one-step-run.ts';
import type { RunFrame, RunFrameOptions } from '../run/open-run.ts';
import { rebuildableLoads } from './rebuildable-loads.ts';
import { rebuildLoad } from './rebuild-load.ts';

export interface RebuildRunOptions extends RunFrameOptions {
  readonly validator: FileValidator;
  readonly scratchFolder: string;
  readonly signal: AbortSignal;
  /** Business dates, both included. */
  readonly from: string;
  readonly to: string;
  readonly source?: string;
  readonly onLoad?: (done: number, total: number, object: string) => void;
}

export interface RebuildResult {
  readonly run_id: string;
  readonly loads: number;
  /** Loads of which all was there. */
  readonly standing: number;
  readonly rebuilt: number;
  /** Rebuilt loads whose bytes are others, with the same rows: another engine wrote them. */
  readonly rewritten: number;
  readonly errors: readonly CycleError[];
}

/** Throws LEASE_HELD while another run is at work. */
export async function rebuildInRun(options: RebuildRunOptions): Promise<RebuildResult> {
  return await runOneStep(options, 'rebuild', async (frame) => {
    await mkdir(options.scratchFolder, { recursive: true });
    const scratchFolder = await mkdtemp(join(options.scratchFolder, 'run-'));
    try {
      const result = await rebuildAll({ ...options, scratchFolder }, frame);
      return { result, items: result.loads, error: result.errors[0]?.code ?? null };
    } finally {
      await rm(scratchFolder, { recursive: true, force: true });
    }
  });
}

async function rebuildAll(options: RebuildRunOptions, frame: RunFrame): Promise<RebuildResult> {
  const { runs } = await readEventLog(options.store);
  const events = runs.flatMap((run) => run.events);
  const loads = rebuildableLoads(events, options.from, options.to).filter(({ source }) => source === (options.source ?? source));
  const assertHeld = async (): Promise<void> => await frame.lease.assertHeld();
  const counts = { standing: 0, rebuilt: 0, rewritten: 0 };
  const errors: CycleError[] = [];
  for (const [index, load] of loads.entries()) {
    if (options.signal.aborted) break;
    try {
      const data = await rebuildLoad(load, { ...options, assertHeld });
      if (data === null) counts.standing += 1;
      else {
        await assertHeld();
        await frame.journal.record([{ type: 'load_rebuilt', at: options.clock.now(), load_id: load.load_id, source: load.source, data }]);
        counts.rebuilt += 1;
        counts.rewritten += data.identical ? 0 : 1;
      }
    } catch (error) {
      if (!isMarketsError(error) || frame.journal.isBroken() || error.code === 'LEASE_LOST') throw error;
      const message = [error.message, error.expected && `Expected ${error.expected}`, error.found && `found ${error.found}.`]
        .filter(Boolean)
        .join(' ');
      errors.push({ step: 'rebuild', object: load.published.object, code: error.code, message });
    }
    options.onLoad?.(index + 1, loads.length, load.published.object);
  }
  return { run_id: frame.runId, loads: loads.length, ...counts, errors };
}

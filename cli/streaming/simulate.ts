/** Runs one simulation for the command line: opens where it goes, writes the truth beside it, and says what was made. */
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MarketsError } from '../../core/errors/markets-error.ts';
import {
  createSimulation,
  fileSink,
  liveClock,
  runSimulation,
  topicSink,
  truthFile,
  type MessageSink,
  type RunOutcome,
  type SimulationOptions,
  type StreamKind,
} from '../../streaming/simulate/index.ts';
import type { CommandContext } from '../framework/command.ts';
import { openConfiguredLog } from './open-configured-log.ts';
import { readSimulateRequest, type SimulateRequest } from './simulate-options.ts';

export interface SimulateOutcome extends RunOutcome {
  readonly stream: StreamKind;
  readonly to: string;
  readonly seed: number;
  readonly truth: string | null;
}

const EVENTS_PER_SECOND_BY_DEFAULT = 1000;
/** Seeds of live runs differ from millisecond to millisecond. */
const SEED_OF_MADE_UP_TIME = 1;

export async function simulate(stream: StreamKind, context: CommandContext): Promise<SimulateOutcome> {
  const { signal } = context;
  const request = readSimulateRequest(context.input);
  const truthPath = pathOf(context, 'truth');
  const sink = await openTarget(stream, context, request);
  const truth = truthPath === null ? null : await truthFile(truthPath);
  const seed = request.seed ?? (request.startMicros === null ? Date.now() : SEED_OF_MADE_UP_TIME);
  const progress = context.progress(`simulate ${stream}`);
  try {
    const simulation = createSimulation({
      ...{
        stream,
        seed,
        instruments: request.instruments,
        faults: request.faults,
        sessionMark: request.sessionMark,
        clock: clockOf(request),
      },
      ...(request.count !== null && { count: request.count }),
      ...(truth !== null && { onTruth: truth.add }),
    });
    const outcome = await runSimulation({
      ...{ simulation, sink, signal, pace: { perSecond: request.perSecond, durationMs: request.durationMs } },
      clock: { nowMs: () => performance.now(), sleep: sleepFor },
      sent: async (messages) => {
        progress.update(messages, request.count ?? 0);
        await truth?.flush();
      },
    });
    return { ...outcome, stream, seed, to: sink.description, truth: truthPath };
  } finally {
    progress.stop();
    await truth?.close();
    await sink.close();
    await sink.release();
  }
}

interface Target extends MessageSink {
  /** Of what the sink was opened from. */
  release(): Promise<void>;
}

async function openTarget(stream: StreamKind, context: CommandContext, request: SimulateRequest): Promise<Target> {
  const out = pathOf(context, 'out');
  if (out !== null) {
    if (context.input.optional('to') !== undefined) throw usage('--out or --to', 'both');
    // A disk is not endless.
    if (request.count === null && request.durationMs === null) throw usage('--count or --duration with --out', 'none');
    return { ...(await fileSink(out)), release: async () => await Promise.resolve() };
  }
  const topic = context.input.optional('to') ?? `exchange.${stream}`;
  const { log, config } = await openConfiguredLog(context);
  if (config.create_topics) await log.createTopic(topic, request.partitions ?? config.topic_partitions);
  const producer = await log.producer({ clientId: `simulate-${stream}` });
  const { eventTimestamps } = request;
  const sink = topicSink({ producer, topic, eventTimestamps, description: `the topic ${topic} of ${log.description}` });
  return { ...sink, release: async () => await log.close() };
}

function clockOf({ startMicros, eventsPerSecond, perSecond }: SimulateRequest): SimulationOptions['clock'] {
  if (startMicros === null) return liveClock(() => Math.floor((performance.timeOrigin + performance.now()) * 1000));
  return { startMicros, eventsPerSecond: eventsPerSecond ?? perSecond ?? EVENTS_PER_SECOND_BY_DEFAULT };
}

async function sleepFor(ms: number, signal: AbortSignal): Promise<void> {
  // The only way it is rejected is the signal, and that the caller looks at.
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}

function pathOf({ input, environment }: CommandContext, name: string): string | null {
  const path = input.optional(name);
  return path === undefined ? null : resolve(environment.workingFolder, path);
}

function usage(expected: string, found: string): MarketsError {
  return new MarketsError('CLI_USAGE', 'It is not clear where the messages go.', { expected, found });
}

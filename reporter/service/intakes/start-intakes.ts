/** All sources that are read from the bus and from the log, each for itself: one that fails begins anew, and the others go on. */
import { isMarketsError } from '../../../core/errors/markets-error.ts';
import type { MessageBus } from '../../../core/ports/message-bus.ts';
import type { MessageLog } from '../../../core/ports/message-log.ts';
import type { SourceSpec } from '../../../core/spec/source-spec.ts';
import type { Logger } from '../../../core/telemetry/logger.ts';
import type { Time } from '../../../core/time/time.ts';
import type { ReporterConfig } from '../../config/reporter-config.ts';
import type { PartFigures } from '../figures/service-metrics.ts';
import type { Service } from '../start-service.ts';
import { openDeadLetters } from './dead-letters.ts';
import type { HandOverParts } from './hand-over.ts';
import { runKafka } from './kafka-intake.ts';
import { runPull } from './pull-intake.ts';

const RESTART_FIRST_MS = 1000;
const RESTART_LAST_MS = 30_000;
/** Of messages that a subscription holds. */
const HELD_BYTES_MAX = 67_108_864;

export interface IntakeParts {
  readonly service: Pick<Service, 'receiver' | 'refusals'>;
  readonly config: ReporterConfig['intake'];
  /** Of the sources of the configuration, each with a stream. */
  readonly specs: readonly SourceSpec[];
  readonly bus: MessageBus;
  readonly log: MessageLog;
  readonly instance: string;
  readonly time: Time;
  readonly logger: Logger;
}

export interface Intakes extends PartFigures {
  /** Sources that are not read at the moment, with the code of the error. */
  failing(): readonly string[];
  /** Takes nothing more, and resolves when what was taken is done or given back. */
  close(): Promise<void>;
}

interface Intake {
  readonly via: 'pull' | 'kafka';
  readonly source: string;
  readonly run: () => Promise<void>;
  failure: string | null;
}

export function startIntakes(parts: IntakeParts): Intakes {
  const { config, specs, bus, log, service, time, logger } = parts;
  const stopping = new AbortController();
  const { signal } = stopping;
  const deadLetters = openDeadLetters(bus);
  const fullWaitMs = config.full_wait_seconds * 1000;
  const handing: HandOverParts = { receiver: service.receiver, refusals: service.refusals, deadLetters, time, fullWaitMs, signal };
  const heldMessagesMax = config.held_messages_max;
  const named = (names: readonly string[]): readonly SourceSpec[] => specs.filter(({ name }) => names.includes(name));
  const intakes: readonly Intake[] = [
    ...named(config.pull.sources).map((spec): Intake => {
      const subscription = `${spec.stream?.pubsub_topic ?? ''}-${config.pull.suffix}`;
      const options = { bus, spec, subscription, heldMessagesMax, heldBytesMax: HELD_BYTES_MAX };
      return { via: 'pull', source: spec.name, failure: null, run: async () => await runPull(options, handing) };
    }),
    ...named(config.kafka.sources).map((spec): Intake => {
      const [topic, group] = [spec.stream?.kafka_topic ?? '', `${config.kafka.group}-${spec.name}`];
      const options = { log, spec, topic, group, clientId: `reporter-${parts.instance}`, heldMessagesMax };
      return { via: 'kafka', source: spec.name, failure: null, run: async () => await runKafka(options, handing) };
    }),
  ];
  const running = intakes.map(async (intake) => await keepRunning(intake, { signal, time, logger }));
  return {
    failing: () => intakes.flatMap(({ source, failure }) => (failure === null ? [] : [`${source}: ${failure}`])),
    counters: [],
    gauges: [
      [
        'markets_reporter_intake_up',
        '1 while a source of the bus or the log is read',
        ['via', 'source'],
        () => intakes.map(({ via, source, failure }) => [{ via, source }, failure === null ? 1 : 0] as const),
      ],
    ],
    histograms: () => '',
    async close() {
      stopping.abort();
      await Promise.all(running);
      await deadLetters.close();
    },
  };
}

async function keepRunning(
  intake: Intake,
  { signal, time, logger }: Pick<IntakeParts, 'time' | 'logger'> & { readonly signal: AbortSignal },
): Promise<void> {
  let pauseMs = RESTART_FIRST_MS;
  for (;;) {
    const startedMs = time.monotonicMs();
    try {
      await intake.run();
    } catch (error) {
      intake.failure = isMarketsError(error) ? error.code : 'INTERNAL';
      logger.log('error', 'intake_failed', { source: intake.source, via: intake.via, code: intake.failure });
    }
    if (time.monotonicMs() - startedMs > RESTART_LAST_MS) pauseMs = RESTART_FIRST_MS;
    await time.wait(pauseMs, signal);
    if (signal.aborted) return;
    pauseMs = Math.min(pauseMs * 2, RESTART_LAST_MS);
    intake.failure = null;
  }
}

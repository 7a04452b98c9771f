/**
 * Events by Pub/Sub, pulled and pushed: the reporter is killed while they come, and started again; nothing is lost, none is reported twice, and nothing was
 * acknowledged that its ledger had not received. Pulls are of pstest: the emulator of the SDK goes on serving the stream of a process that was killed. Pushes are
 * of that emulator, which signs no tokens: their way leads through a front that adds them, as the service would.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { PubSub } from '@google-cloud/pubsub';
import { afterEach, expect, test } from 'vitest';
import { openPubsubMessageBus } from '../../core/adapters/pubsub/pubsub-message-bus.ts';
import type { MessageBus } from '../../core/ports/message-bus.ts';
import { ACCOUNT, AUDIENCE, ISSUER, startTokenIssuer } from '../../reporter/service/test-support/token-issuer.ts';
import { PSTEST, PUBSUB_EMULATOR, startPubsubEmulator, type PubsubEmulator } from '../servers/pubsub-emulator.ts';
import { serverOrSkip, type ServerTool } from '../servers/server-tool.ts';
import type { Settings } from '../support/config-settings.ts';
import { expectAllReported } from '../support/expect-all-reported.ts';
import { prepareReporter, type KilledReporter } from '../support/killed-reporter.ts';
import { startPushFront } from '../support/push-front.ts';
import { eventNameOf, reportedTrades, type TradeMessage } from '../support/reported-trades.ts';

const TOPIC = 'stream-trade-events';
const DEAD_LETTERS = `${TOPIC}-dead-letter`;
const EVENTS = 500;
const [BATCH, PAUSE_MS] = [10, 20];
/** Of the SDK the emulator sends pushes; pstest does not. */
const canPush = PUBSUB_EMULATOR.find()?.endsWith('.jar') === true;

serverOrSkip([PSTEST, PUBSUB_EMULATOR], 'the reporter on Pub/Sub', () => {
  const trades = reportedTrades(EVENTS, new Date(Date.now() - 1000).toISOString());
  let emulator: PubsubEmulator;
  let reporter: KilledReporter | null = null;
  afterEach(async () => {
    await reporter?.remove();
    await emulator.stop();
  });

  const open = (project: string): MessageBus => openPubsubMessageBus({ project, apiEndpoint: `http://${emulator.host}` });

  async function prepare(tool: ServerTool, project: string, settings: Settings): Promise<KilledReporter> {
    emulator = await startPubsubEmulator(tool);
    const bus = open(project);
    for (const topic of [TOPIC, DEAD_LETTERS]) await bus.createTopic(topic);
    await bus.close();
    return await prepareReporter(trades, {
      'streaming.bus.kind': 'pubsub',
      'streaming.bus.project': project,
      'streaming.bus.api_endpoint': `http://${emulator.host}`,
      ...settings,
    });
  }

  /** As a bridge sends them: with the key of their order. */
  async function publish(project: string, messages: readonly TradeMessage[]): Promise<void> {
    const bus = open(project);
    const publisher = await bus.publisher(TOPIC);
    for (let from = 0; from < messages.length; from += BATCH) {
      const batch = messages.slice(from, from + BATCH);
      const sent = batch.map(async ({ key, body }) => await publisher.publish({ data: body, attributes: {}, orderingKey: key }));
      await publisher.flush();
      await Promise.all(sent);
      await wait(PAUSE_MS);
    }
    await bus.close();
  }

  async function endedWell(killed: KilledReporter): Promise<void> {
    expectAllReported(trades, await killed.settled(trades.events.size), killed.books());
    await killed.end();
    const { findings, open: unclosed, instances } = await killed.verify();
    expect({ findings, unclosed, instances }).toEqual({ findings: [], unclosed: 0, instances: 2 });
  }

  test('acknowledges no event that it pulled before its ledger has received it', { timeout: 400_000 }, async () => {
    const project = 'markets-pull';
    const subscription = `${TOPIC}-reporter`;
    reporter = await prepare(PSTEST, project, { 'reporter.intake.pull.sources': ['trade_events'] });
    await reporter.start();
    const sending = publish(project, trades.messages);
    await reporter.killAt(EVENTS / 4);
    await sending;
    const { received: atDeath } = await reporter.holds();
    expect(atDeath.size).toBeLessThan(trades.events.size);
    // What it held comes again when its deadline for an acknowledgement is over; what it had acknowledged and not received would be lost.
    await reporter.start();
    await endedWell(reporter);
    // Nothing comes again: all of it was acknowledged.
    const bus = open(project);
    const rest = await bus.subscription(subscription, { heldMessagesMax: 100, heldBytesMax: 1_000_000 });
    expect(await rest.next(AbortSignal.timeout(1000))).toEqual([]);
    await bus.close();
  });

  test.skipIf(!canPush)('answers no push before its ledger has received it, and none without a token', { timeout: 400_000 }, async () => {
    const project = 'markets-push';
    const issuer = await startTokenIssuer(() => Math.floor(Date.now() / 1000));
    reporter = await prepare(PUBSUB_EMULATOR, project, {
      'reporter.intake.push.access': 'oidc',
      'reporter.intake.push.issuer': ISSUER,
      'reporter.intake.push.audience': AUDIENCE,
      'reporter.intake.push.service_accounts': [ACCOUNT],
      'reporter.intake.push.jwks_url': issuer.jwksUrl,
    });
    const killed = reporter;
    const front = await startPushFront({ port: () => killed.port(), token: async () => await issuer.token(), nameOf: eventNameOf });
    const client = new PubSub({ projectId: project, apiEndpoint: `http://${emulator.host}`, emulatorMode: true });
    await client.topic(TOPIC).createSubscription(`${TOPIC}-push`, {
      pushConfig: { pushEndpoint: `${front.url}/push?source=trade_events` },
      enableMessageOrdering: true,
      retryPolicy: { minimumBackoff: { seconds: 0 }, maximumBackoff: { seconds: 1 } },
    });
    await client.close();
    await killed.start();
    const sending = publish(project, trades.messages);
    // The first calls come without a token: they are refused, and come again.
    await killed.killAt(EVENTS / 4);
    const answered = new Set(front.answered);
    await sending;
    const { received: atDeath } = await killed.holds();
    expect(front.refused).toBeGreaterThan(0);
    expect(answered.size).toBeGreaterThan(0);
    expect(atDeath.size).toBeLessThan(trades.events.size);
    expect([...answered].filter((name) => !atDeath.has(name))).toEqual([]);
    await killed.start();
    await endedWell(killed);
    await front.close();
    await issuer.close();
  });
});

import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readEnvironment } from '../../cli/framework/environment.ts';
import { streams } from '../../cli/doctor/streams.ts';
import { openLog } from '../../cli/streaming/open-log.ts';
import { createFolderSecrets } from '../../core/adapters/secrets/folder-secrets.ts';
import { readUntil } from '../../core/ports/message-log.contract.ts';
import type { LogMessage } from '../../core/ports/message-log.ts';
import { parseStreamingConfig } from '../../streaming/config/load-streaming-config.ts';
import type { StreamingConfig } from '../../streaming/config/streaming-config.ts';
import { KAFKA, startKafka, type KafkaServer } from '../servers/kafka.ts';
import { serverOrSkip } from '../servers/server-tool.ts';

const PASSWORD = 'of-the-key-store';

serverOrSkip(KAFKA, 'brokers that want to know who asks', () => {
  let folder = '';
  let kafka: KafkaServer | undefined;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kafka-security-'));
    const store = join(folder, 'broker.p12');
    const keytool = async (...words: readonly string[]): Promise<unknown> => await promisify(execFile)('keytool', words);
    const inStore = ['-alias', 'broker', '-keystore', store, '-storepass', PASSWORD];
    await keytool(
      '-genkeypair',
      '-keyalg',
      'RSA',
      '-dname',
      'CN=broker',
      '-ext',
      'SAN=dns:broker.test',
      '-storetype',
      'PKCS12',
      ...inStore,
    );
    await keytool('-exportcert', '-rfc', '-file', join(folder, 'broker.pem'), ...inStore);
    await mkdir(join(folder, 'secrets'), { mode: 0o700 });
    await secret('kafka-authority', await readFile(join(folder, 'broker.pem'), 'utf8'));
    await secret('kafka-password', 'right');
    await secret('wrong-password', 'wrong');
    kafka = await startKafka({
      clientListener: { protocol: 'SASL_SSL' },
      properties: {
        'sasl.enabled.mechanisms': 'PLAIN',
        'listener.name.client.plain.sasl.jaas.config':
          'org.apache.kafka.common.security.plain.PlainLoginModule required user_bridge="right";',
        'listener.name.client.ssl.keystore.location': store,
        'listener.name.client.ssl.keystore.type': 'PKCS12',
        'listener.name.client.ssl.keystore.password': PASSWORD,
      },
    });
  });
  afterAll(async () => {
    await kafka?.remove();
    await rm(folder, { recursive: true, force: true });
  });

  const secret = async (name: string, value: string): Promise<void> => {
    await writeFile(join(folder, 'secrets', name), value);
    await chmod(join(folder, 'secrets', name), 0o600);
  };
  const configured = (password: string, authority: string, serverName = 'broker.test'): string => `environment: local
secrets: {from: folder, folder: ${join(folder, 'secrets')}}
streaming:
  log:
    kind: kafka
    brokers: ['${kafka?.clientBroker ?? ''}']
    tls: {enabled: true, certificate_authority: ${authority}, server_name: ${serverName}}
    sasl: {mechanism: PLAIN, username: bridge, password: {secret: ${password}}}
    unavailable_seconds: 5
`;
  const parsed = (...words: Parameters<typeof configured>): StreamingConfig => parseStreamingConfig(configured(...words), 'local.yaml');
  const open = async (...words: Parameters<typeof configured>) =>
    await openLog(parsed(...words), folder, createFolderSecrets(join(folder, 'secrets')));

  test('with the certificate and the password that are named, messages go to and fro', async () => {
    const log = await open('kafka-password', '{secret: kafka-authority}');
    await log.createTopic('guarded', 1);
    await (await log.producer({ clientId: 'test' })).send([{ topic: 'guarded', value: Buffer.from('in') }]);
    const consumer = await log.consumer({ group: 'guarded', topics: ['guarded'], clientId: 'test', from: 'earliest' });
    const read: LogMessage[] = [];
    await readUntil(consumer, read, () => read.length > 0);
    expect(Buffer.from(read[0]?.value ?? []).toString()).toBe('in');
    await log.close();
  });

  test('a wrong password is no outage: it is said at once', async () => {
    const log = await open('wrong-password', '{secret: kafka-authority}');
    await expect(log.partitions('guarded')).rejects.toMatchObject({ code: 'STREAM_DENIED' });
    await log.close();
  });

  test.each([
    ['null', 'broker.test'],
    ['{secret: kafka-authority}', 'another.test'],
  ])('a certificate of another authority or for another name is not trusted: %s, %s', async (authority, serverName) => {
    const log = await open('kafka-password', authority, serverName);
    await expect(log.partitions('guarded')).rejects.toMatchObject({ code: 'STREAM_UNAVAILABLE' });
    await log.close();
  });

  test('doctor says which topics of the loaded specs are missing, and that it is not let in', { timeout: 120_000 }, async () => {
    const environment = readEnvironment();
    const examine = async (password: string) => {
      await writeFile(join(folder, 'local.yaml'), configured(password, '{secret: kafka-authority}'));
      return await streams({ root: folder, env: 'local', config: folder, specs: join(environment.home, 'source_specs') }, environment);
    };
    const missing = await examine('kafka-password');
    expect(missing.length).toBeGreaterThan(0);
    expect(missing.every(({ name, status }) => name.startsWith('Kafka topic ') && status === 'bad')).toBe(true);
    expect(await examine('wrong-password')).toMatchObject([{ status: 'bad', found: expect.stringContaining('STREAM_DENIED') as unknown }]);
  });
});

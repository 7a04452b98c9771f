import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { loadReporterConfig, parseReporterConfig } from './load-reporter-config.ts';

const FOLDER = fileURLToPath(new URL('../../config/', import.meta.url));

test('what config/local.yaml says of reports are the defaults, but for the bank, its regimes and who may call', async () => {
  const { entity, intake, regimes, destinations, ...local } = await loadReporterConfig(FOLDER, 'local');
  const {
    entity: nobody,
    intake: closed,
    regimes: none,
    destinations: nowhere,
    ...others
  } = parseReporterConfig('environment: local', 'x.yaml');
  expect(local).toEqual(others);
  expect(entity.lei).toMatch(/^[A-Z0-9]{20}$/);
  expect(nobody.lei).toBeNull();
  expect([none.on, nowhere]).toEqual([[], {}]);
  expect(regimes.on).toHaveLength(4);
  expect(Object.values(destinations).map(({ url }) => new URL(url).hostname)).toEqual(['127.0.0.1', '127.0.0.1', '127.0.0.1']);
  const access = ({ push, events, admin }: typeof intake): readonly string[] => [push.access, events.access, admin.access];
  expect(access(intake)).toEqual(['off', 'none', 'none']);
  expect(access(closed)).toEqual(['off', 'off', 'off']);
  expect([intake.pull, intake.kafka, intake.held_messages_max]).toEqual([closed.pull, closed.kafka, closed.held_messages_max]);
});

test.each(['int', 'prod'])('%s lets nobody in without a token, and reports for nobody before it is told for whom', async (environment) => {
  const { intake, entity, regimes } = await loadReporterConfig(FOLDER, environment);
  expect([intake.push.access, intake.events.access, intake.admin.access]).toEqual(['oidc', 'oidc', 'oidc']);
  expect(new Set([intake.push.audience, intake.events.audience, intake.admin.audience]).size).toBe(3);
  expect([entity.lei, regimes.on]).toEqual([null, []]);
});

const OPEN = "reporter:\n  service: {host: 0.0.0.0}\n  intake:\n    push:\n      access: 'none'\n";
const OIDC = 'reporter:\n  intake:\n    push:\n      access: oidc\n';
const ARM = 'reporter:\n  destinations:\n    arm:\n      url: ';

test.each([
  ['reporter:\n  service:\n    ports: 1\n', 'reporter.service.ports is not a key of the configuration.', 3],
  ['reporter:\n  service:\n    port: 70000\n', 'reporter.service.port is wrong.', 3],
  [OPEN, 'reporter.intake.push lets anybody in.', 5],
  [OIDC, 'reporter.intake.push.audience is missing.', 4],
  [`${OIDC}      audience: a\n`, 'reporter.intake.push.service_accounts is empty.', 4],
  [
    `${OIDC}      audience: a\n      service_accounts: [a@b]\n      jwks_url: http://keys.example/certs\n`,
    'reporter.intake.push.jwks_url would be spoken to in plain text.',
    7,
  ],
  ['reporter:\n  entity:\n    lei: 5493000MARKETSBK0001\n', 'reporter.entity.lei is no LEI.', 3],
  ['reporter:\n  regimes:\n    on: [rts22]\n', 'reporter.entity says not who reports.', 3],
  [`${ARM}http://arm.example\n`, 'reporter.destinations.arm is wrong.', 4],
  [`${ARM}https://arm.example\n`, 'reporter.destinations.arm has no authentication.', 4],
  [`${ARM}https://arm.example\n      tls: {client_key: {secret: k}}\n`, 'reporter.destinations.arm is wrong.', 4],
  [`${ARM}https://arm.example\n      oauth: {client_id: i}\n`, 'reporter.destinations.arm is wrong.', 4],
  [`${ARM}https://arm.example\n      oauth: {client_secret: open}\n`, 'reporter.destinations.arm.oauth.client_secret is wrong.', 5],
])('a wrong or unsafe block is refused at its place: %j', (text, message, line) => {
  expect(() => parseReporterConfig(text, 'int.yaml')).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', place: expect.objectContaining({ file: 'int.yaml', line }) as unknown }) as Error,
  );
  expect(() => parseReporterConfig(text, 'int.yaml')).toThrow(message);
});

test('destinations on this machine may be without authentication: the simulator', () => {
  const { destinations } = parseReporterConfig(`${ARM}http://127.0.0.1:9467\n`, 'local.yaml');
  expect(destinations['arm']).toMatchObject({ url: 'http://127.0.0.1:9467', concurrency: 16, oauth: { token_url: null } });
});

import { expect, test } from 'vitest';
import { CONTRACT_SECRETS, secretsContract } from '../../ports/secrets.contract.ts';
import { createEnvironmentSecrets } from './environment-secrets.ts';

const variables = new Map(
  Object.entries(CONTRACT_SECRETS).map(([name, value]) => [`MARKETS_SECRET_${name.toUpperCase().replaceAll('-', '_')}`, value]),
);

secretsContract('secrets of the environment', async () => await Promise.resolve(createEnvironmentSecrets((name) => variables.get(name))));

test('a secret that is missing names the variable', async () => {
  await expect(createEnvironmentSecrets(() => undefined).read('partner-key')).rejects.toMatchObject({
    expected: 'the environment variable MARKETS_SECRET_PARTNER_KEY',
  });
});

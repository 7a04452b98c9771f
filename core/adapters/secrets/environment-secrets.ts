/** Secrets from environment variables: the secret partner-key is MARKETS_SECRET_PARTNER_KEY. For a laptop and for tests. */
import { MarketsError } from '../../errors/markets-error.ts';
import { checkSecretName, secretTextOf, type Secrets } from '../../ports/secrets.ts';

/** `variable` gives a variable's value by its name; the program that reads the environment hands it in. */
export function createEnvironmentSecrets(variable: (name: string) => string | undefined): Secrets {
  return {
    description: 'environment variables MARKETS_SECRET_*',
    async read(name) {
      checkSecretName(name);
      const word = `MARKETS_SECRET_${name.toUpperCase().replaceAll('-', '_')}`;
      const value = variable(word);
      if (value === undefined) {
        throw new MarketsError('SECRET_MISSING', `There is no secret ${name}.`, {
          expected: `the environment variable ${word}`,
          found: 'it is not set',
        });
      }
      return await Promise.resolve(secretTextOf(name, Buffer.from(value), word));
    },
  };
}

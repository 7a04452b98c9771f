/** What every store of secrets does. */
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { SECRET_BYTES_MAX, type Secrets } from './secrets.ts';

const KEY = '-----BEGIN KEY-----\nlines of a key\n-----END KEY-----';
export const CONTRACT_SECRETS: Readonly<Record<string, string>> = {
  'partner-password': 'p\u00e4ssw\u00f6rd with blanks ',
  'partner-key': `${KEY}\n`,
  'empty-one': '',
  'large-one': 'x'.repeat(SECRET_BYTES_MAX + 1),
};

/** `open` gives a store that holds exactly CONTRACT_SECRETS. */
export function secretsContract(name: string, open: () => Promise<Secrets>): void {
  describe(name, () => {
    it('gives a value as it is, without the one line end of a file', async () => {
      const secrets = await open();
      expect((await secrets.read('partner-password')).reveal()).toBe(CONTRACT_SECRETS['partner-password']);
      expect((await secrets.read('partner-key')).reveal()).toBe(KEY);
    });

    it.each(['nobody-knows-it', 'empty-one', 'large-one', '../partner-key', 'Partner-Key', '', 'a'.repeat(64)])(
      'has no secret %j',
      async (word) => {
        await expect((await open()).read(word)).rejects.toMatchObject({ code: 'SECRET_MISSING' });
      },
    );

    it('shows the value to nobody by accident', async () => {
      const secret = await (await open()).read('partner-password');
      for (const shown of [String(secret), JSON.stringify({ secret }), inspect({ secret }), secret.toString()]) {
        expect(shown).toContain('[secret]');
        expect(shown).not.toContain('blanks');
      }
    });
  });
}

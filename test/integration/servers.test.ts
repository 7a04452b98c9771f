import { expect, test } from 'vitest';
import { FAKE_GCS_SERVER, startFakeGcsServer } from '../servers/fake-gcs-server.ts';
import { serverOrSkip } from '../servers/server-tool.ts';
import { startServer } from '../servers/server-process.ts';

serverOrSkip(FAKE_GCS_SERVER, 'a server of the tests', () => {
  test('has what it was asked for when it is handed out, and is gone when it was stopped', async () => {
    const server = await startFakeGcsServer({ buckets: ['one-landing', 'one-control'] });
    const listed = (await (await fetch(`${server.endpoint}/storage/v1/b`)).json()) as {
      readonly items: readonly { readonly name: string }[];
    };
    expect(listed.items.map(({ name }) => name).sort()).toEqual(['one-control', 'one-landing']);
    await server.stop();
    await server.stop();
    await expect(fetch(server.endpoint)).rejects.toThrow();
  });
});

test('a server that ends before it is ready is refused with what it wrote', async () => {
  const words = ['-e', 'console.error("no such option"); process.exitCode = 3'];
  const started = startServer({ name: 'broken', program: process.execPath, words, isReady: async () => await Promise.resolve(false) });
  await expect(started).rejects.toThrow(/found an end before its beginning: no such option/);
});

import { expect, test } from 'vitest';
import { openAll } from './open-all.ts';

const closed: string[] = [];
function closer(name: string): () => Promise<void> {
  return async () => {
    closed.push(name);
    await Promise.resolve();
  };
}

test('what was opened is closed together, the last first, and once', async () => {
  closed.length = 0;
  const opened = await openAll(async (closing) => {
    closing(closer('log'));
    closing(closer('bus'));
    return await Promise.resolve({ name: 'both' });
  });
  expect(opened.name).toBe('both');
  await opened.close();
  await opened.close();
  expect(closed).toEqual(['bus', 'log']);
});

test('where one step fails, what was opened before is closed, and the failure is the step’s', async () => {
  closed.length = 0;
  const opening = openAll(async (closing) => {
    closing(closer('log'));
    closing(async () => await Promise.reject(new Error('the bus cannot be closed')));
    return await Promise.reject<object>(new Error('no topic can be made'));
  });
  await expect(opening).rejects.toThrow('no topic can be made');
  expect(closed).toEqual(['log']);
});

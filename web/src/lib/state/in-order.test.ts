import { expect, test } from 'vitest';
import { inOrder } from './in-order.ts';

test('what is asked while something is under way waits until that has ended', async () => {
  const done: string[] = [];
  const inTurn = inOrder();
  const network = Promise.withResolvers<void>();
  const stopped = inTurn(async () => {
    await network.promise;
    done.push('closed');
  });
  const opened = inTurn(() => done.push('opened'));
  network.resolve();
  await Promise.all([stopped, opened]);
  expect(done).toEqual(['closed', 'opened']);
});

test('one that fails is told to whoever asked, and holds up none', async () => {
  const inTurn = inOrder();
  await expect(inTurn(() => Promise.reject(new Error('no disk')))).rejects.toThrow('no disk');
  let hasRun = false;
  await inTurn(() => (hasRun = true));
  expect(hasRun).toBe(true);
});

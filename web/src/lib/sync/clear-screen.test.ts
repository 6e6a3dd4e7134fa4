import { afterEach, expect, test, vi } from 'vitest';
import { clearScreen } from './clear-screen.ts';

afterEach(() => vi.unstubAllGlobals());

test('who leaves takes along what stands there for him, and nobody else’s', async () => {
  const closed: string[] = [];
  const notice = (person?: string) => ({ data: { person }, close: () => closed.push(`${person}`) });
  const shown = [notice('mara'), notice('otto'), notice(), { data: null, close: () => {} }];
  const registration = { getNotifications: async () => shown };
  vi.stubGlobal('navigator', { serviceWorker: { getRegistration: async () => registration } });
  await clearScreen('mara');
  expect(closed).toEqual(['mara']);
  vi.stubGlobal('navigator', {});
  await clearScreen('otto');
  expect(closed).toEqual(['mara']);
});

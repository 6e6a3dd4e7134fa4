import { describe, expect, test } from 'vitest';
import { heardOfIt, isOverdue, lateMs, sawIt, type Check } from './check.ts';

const check: Check = { sendsAt: 1000, before: 500, shown: null };

describe('a check', () => {
  test('took as long as from its sending to the screen', () => {
    expect(sawIt(check, 4400).shown).toEqual({ ms: 3400 });
  });

  test('is not the one that was shown before it was sent', () => {
    expect(sawIt(check, 999)).toBe(check);
  });

  test('is shown once: the next one changes nothing', () => {
    expect(sawIt(sawIt(check, 4400), 9000).shown).toEqual({ ms: 3400 });
  });

  test('that nobody saw here is learned from the server', () => {
    expect(heardOfIt(check, { shownAt: 700, latencyMs: 2100 }).shown).toEqual({ ms: 2100 });
    expect(heardOfIt(check, { shownAt: 700, latencyMs: null }).shown).toEqual({ ms: null });
  });

  test('is not learned from what the server knew before', () => {
    expect(heardOfIt(check, { shownAt: 500, latencyMs: 2100 })).toBe(check);
    expect(heardOfIt(check, null)).toBe(check);
  });

  test('is overdue a minute after it was sent, and never once it was shown', () => {
    expect(isOverdue(check, 1000 + lateMs)).toBe(false);
    expect(isOverdue(check, 1001 + lateMs)).toBe(true);
    expect(isOverdue(sawIt(check, 4400), 1001 + lateMs)).toBe(false);
  });
});

import { afterEach, describe, expect, test, vi } from 'vitest';
import { countdown, exactly, isSameDay, shortly, timeOfDay } from './when.ts';

const at = Date.UTC(2026, 10, 21, 23, 5);
const berlin = { language: 'de', zone: 'Europe/Berlin' } as const;
const london = { language: 'en', zone: 'Europe/London' } as const;

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

describe('moments', () => {
  test('have 24 hours, also just after midnight and in English', () => {
    expect(timeOfDay(at, berlin)).toBe('00:05');
    expect(timeOfDay(at, london)).toBe('23:05');
  });

  test('are of the same day in one zone and not in another', () => {
    const later = Date.UTC(2026, 10, 22, 8);
    expect(isSameDay(at, later, berlin)).toBe(true);
    expect(isSameDay(at, later, london)).toBe(false);
  });

  test('name the day only when it is not today', () => {
    const later = Date.UTC(2026, 10, 22, 8);
    expect(shortly(at, later, berlin)).toBe('00:05');
    expect(shortly(at, later, london)).toBe('21 Nov, 23:05');
  });

  test.each([
    [161_000, '2:41'],
    [6_100, '0:07'],
    [0, '0:00'],
    [-5_000, '0:00'],
  ])('%d ms left are %s', (ms, words) => {
    expect(countdown(ms)).toBe(words);
  });

  test('are said again by what said them before', () => {
    timeOfDay(at, berlin);
    const making = vi.spyOn(Intl, 'DateTimeFormat');
    expect(timeOfDay(at, berlin)).toBe('00:05');
    expect(making).not.toHaveBeenCalled();
  });

  test('follow the zone of a device that travels, where nobody has one of his own', () => {
    const here = { language: 'en', zone: undefined } as const;
    vi.stubEnv('TZ', 'Europe/Berlin');
    expect(timeOfDay(at, here)).toBe('00:05');
    vi.stubEnv('TZ', 'Europe/London');
    expect(timeOfDay(at, here)).toBe('23:05');
  });

  test('can be said exactly', () => {
    expect(exactly(at, london)).toContain('21 November 2026');
    expect(exactly(at, berlin)).toContain('22. November 2026');
  });
});

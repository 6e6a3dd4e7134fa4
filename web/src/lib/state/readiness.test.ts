import { describe, expect, test } from 'vitest';
import { readinessOf, type KnownHere } from './readiness.ts';

const well = { fingerprint: 'f', isBroken: false, isSuspect: false, shownAt: 1000, latencyMs: 900 };
const calm = { isRefused: false, isSilent: false, isLost: false };

describe('whether this device would wake its person', () => {
  test.each([
    ['woken', 'it showed the last one', well, calm],
    ['unproved', 'it has shown none yet', { ...well, shownAt: null }, calm],
    ['maybe', 'it was silent twice', { ...well, isSuspect: true }, calm],
    ['maybe', 'a check is overdue', well, { ...calm, isSilent: true }],
    ['not', 'nothing gets through any more', { ...well, isBroken: true, isSuspect: true }, calm],
    ['not', 'the server knows nothing of it', null, calm],
    ['not', 'the server will not have it', well, { ...calm, isRefused: true }],
    ['unknown', 'the server was not heard', undefined, calm],
    ['unknown', 'the server is not heard any more', well, { ...calm, isLost: true }],
  ] as const satisfies readonly (readonly [string, string, KnownHere | undefined, object])[])(
    '%s: %s',
    (readiness, _, known, around) => {
      expect(readinessOf(known, around)).toBe(readiness);
    },
  );
});

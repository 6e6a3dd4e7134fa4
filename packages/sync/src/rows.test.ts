import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { del, isStale, put, scopesLost, type Kept } from './rows.ts';

const row = (v: number, scopes: readonly string[] = ['team:cold'], round = 1): Kept => ({
  scopes,
  v,
  round,
});
const delta = { mode: 'delta', round: 1 } as const;

describe('a put', () => {
  test.each([
    { what: 'is new', held: undefined, v: 1, does: 'written' },
    { what: 'is newer', held: row(4), v: 5, does: 'written' },
    { what: 'is the same', held: row(5), v: 5, does: 'written' },
    { what: 'is older', held: row(6), v: 5, does: 'older' },
  ])('that $what is $does', ({ held, v, does }) => {
    expect(put(held, v, delta)).toBe(does);
  });

  test('of a snapshot goes over whatever came before it: the epoch may be another', () => {
    expect(put(row(900), 5, { mode: 'snapshot', round: 2 })).toBe('written');
  });

  test('of a snapshot does not go over a newer one of the same', () => {
    expect(put(row(900, [], 2), 5, { mode: 'snapshot', round: 2 })).toBe('older');
  });

  test('never takes a version back within an epoch', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50)), (versions) => {
        let held: Kept | undefined;
        for (const v of versions) {
          const before = held?.v ?? -1;
          if (put(held, v, delta) === 'written') held = row(v);
          expect(held?.v).toBeGreaterThanOrEqual(before);
        }
        expect(held?.v ?? -1).toBe(Math.max(-1, ...versions));
      }),
    );
  });
});

describe('a row that left a scope', () => {
  test('is gone when that was the last', () => {
    expect(del(row(4), ['team:cold'], 5)).toEqual({ kind: 'gone' });
  });

  test('stays for the scope that still holds it', () => {
    const held = row(4, ['team:cold', 'user:mara']);
    expect(del(held, ['team:cold'], 5)).toEqual({ kind: 'kept', scopes: ['user:mara'] });
  });

  test('stays when it came back since', () => {
    expect(del(row(6), ['team:cold'], 5)).toEqual({ kind: 'newer' });
  });

  test('was never here', () => {
    expect(del(undefined, ['team:cold'], 5)).toEqual({ kind: 'absent' });
  });
});

test('a scope that was lost counts whatever the version', () => {
  expect(scopesLost(row(900), ['team:cold', 'all'])).toEqual({ kind: 'gone' });
});

test('what a snapshot did not send again is stale', () => {
  expect([isStale(row(1), 2), isStale(row(1, [], 2), 2)]).toEqual([true, false]);
});

import type { Settlement } from '@rung/protocol/exchange.ts';
import { command as wire } from '@rung/protocol/command.ts';
import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import {
  batch,
  bytesOf,
  fillGap,
  offerAgain,
  renumber,
  settle,
  withdraw,
  type Pending,
  type Settled,
} from './outbox.ts';

const ticketOf = (n: number): string => `01JD000000000000000000000${n}`;
const uidOf = (id: number): string => `01JD00000000000000000000${String(id).padStart(2, '0')}`;

function close(id: number, ticket = ticketOf(1)): Pending {
  const command = { name: 'close', args: { ticket } } as const;
  const uid = uidOf(id);
  return { id, uid, ticket, at: id, offset: null, command, mayBeRefused: null, isRepeat: false };
}

function report(id: number, ticket = ticketOf(1), description = ''): Pending {
  const args = {
    ticket,
    type: 'incident',
    severity: 'S3',
    title: 'Pump',
    description,
    site: null,
    asset: null,
    category: null,
    team: null,
    take: false,
  } as const;
  return { ...close(id, ticket), command: { name: 'report', args } };
}

const result = (id: number, outcome: Settlement['outcome'] = 'applied'): Settlement => ({
  id,
  uid: uidOf(id),
  outcome,
  code: outcome === 'rejected' ? 'no' : null,
});

const settled = (id: number, device = 'd1'): Settled => ({
  ...close(id),
  device,
  outcome: 'applied',
  code: null,
  settledAt: id,
});

const ids = (outbox: readonly { readonly id: number }[] | null) => outbox?.map(({ id }) => id);

describe('results', () => {
  test('take out what they name, and nothing else', () => {
    const after = settle([close(1), close(2), close(3)], [result(1), result(3)], new Set());
    expect(ids(after.stays)).toEqual([2]);
    expect(after.settled.map(({ pending }) => pending.id)).toEqual([1, 3]);
    expect(after.refused).toEqual([]);
  });

  test('2: of another command with the same id take nothing out', () => {
    const stranger = { ...result(1), uid: uidOf(9) };
    expect(ids(settle([close(1)], [stranger], new Set()).stays)).toEqual([1]);
  });

  test('that say no leave a problem', () => {
    const after = settle(
      [close(1), close(2)],
      [result(1, 'rejected'), result(2, 'quarantined')],
      new Set(),
    );
    expect(after.refused).toMatchObject([
      { pending: { id: 1 }, outcome: 'rejected', code: 'no' },
      { pending: { id: 2 }, outcome: 'quarantined' },
    ]);
    expect(after.settled).toHaveLength(2);
  });

  test('4: that refuse a report take its dependants into its problem, and others not', () => {
    const outbox = [report(1), close(2), close(3, ticketOf(2)), close(4)];
    const after = settle(
      outbox,
      [result(1, 'rejected'), result(2, 'rejected'), result(3, 'rejected')],
      new Set(),
    );
    expect(after.refused.map(({ pending }) => pending.id)).toEqual([1, 3]);
    expect(after.dependants.map(({ pending }) => pending.id)).toEqual([2]);
    expect(ids(after.stays)).toEqual([4]);
    const later = settle(after.stays, [result(4, 'rejected')], new Set([ticketOf(1)]));
    expect(later.dependants.map(({ pending }) => pending.id)).toEqual([4]);
  });

  test('4: after the report was tried again and taken, a refusal stands for itself', () => {
    const after = settle(
      [report(5), close(6)],
      [result(5), result(6, 'rejected')],
      new Set([ticketOf(1)]),
    );
    expect(after.refused.map(({ pending }) => pending.id)).toEqual([6]);
  });

  test('that refuse again what was refused before are no news', () => {
    const repeats = offerAgain([{ ...settled(1), outcome: 'rejected' }], [], 'd1', 0) ?? [];
    const after = settle(repeats, [result(1, 'rejected')], new Set());
    expect([after.settled.length, after.refused, after.stays]).toEqual([1, [], []]);
  });

  test.each(['applied', 'noop'] as const)(
    'that refuse what was %s before the server was restored leave a problem',
    (outcome) => {
      const offered = offerAgain([{ ...settled(1), outcome }], [], 'd1', 0) ?? [];
      const filled = fillGap([{ ...settled(1), outcome }], [close(2)], 0) ?? [];
      for (const repeats of [offered, filled.slice(0, 1)]) {
        const after = settle(repeats, [result(1, 'rejected')], new Set());
        expect(after.refused).toMatchObject([{ pending: { uid: uidOf(1) }, code: 'no' }]);
      }
    },
  );

  test('lose no command: each is settled or stays, in order', () => {
    const some = fc.uniqueArray(fc.integer({ min: 1, max: 20 }));
    fc.assert(
      fc.property(fc.nat(20), some, (most, named) => {
        const outbox = Array.from({ length: most }, (_, n) => close(n + 1));
        const after = settle(
          outbox,
          named.map((id) => result(id)),
          new Set(),
        );
        const gone = after.settled.map(({ pending }) => pending.id);
        expect([...gone, ...(ids(after.stays) ?? [])].sort((a, b) => a - b)).toEqual(ids(outbox));
      }),
    );
  });
});

test('a new device counts from 1 in the same order and keeps uids', () => {
  const anew = renumber([close(7), close(8)]);
  expect(ids(anew)).toEqual([1, 2]);
  expect(anew.map(({ uid }) => uid)).toEqual([uidOf(7), uidOf(8)]);
});

describe('a gap', () => {
  test('is filled from what is settled, with the same ids', () => {
    const filled = fillGap([settled(4), settled(2), settled(3)], [close(5)], 2);
    expect(ids(filled)).toEqual([3, 4, 5]);
    expect(filled?.map(({ isRepeat }) => isRepeat)).toEqual([true, true, false]);
  });

  test.each([
    { what: 'another run, or tab, has filled it', outbox: [close(3), close(4)] },
    { what: 'another tab has sent it meanwhile', outbox: [] },
  ])('is none any more when $what', ({ outbox }) => {
    expect(fillGap([], outbox, 2)).toBe(outbox);
  });

  test.each([
    { what: 'one of it is forgotten', kept: [settled(3)], outbox: [close(5)], last: 2 },
    { what: 'the server knows more than we sent', kept: [settled(4)], outbox: [close(5)], last: 9 },
  ])('is not filled when $what', ({ kept, outbox, last }) => {
    expect(fillGap(kept, outbox, last)).toBeNull();
  });
});

describe('to a restored server', () => {
  test('what it forgot goes before what waits, numbered on from what it knows', () => {
    const offered = offerAgain([settled(3), settled(4)], [close(5)], 'd1', 3);
    expect(offered?.map(({ id, uid }) => [id, uid])).toEqual([
      [4, uidOf(4)],
      [5, uidOf(5)],
    ]);
  });

  test('what an earlier device sent goes too, whatever its ids', () => {
    const offered = offerAgain([settled(40, 'd0'), settled(41, 'd0')], [close(1)], 'd1', 0);
    expect(offered?.map(({ id, uid }) => [id, uid])).toEqual([
      [1, uidOf(40)],
      [2, uidOf(41)],
      [3, uidOf(1)],
    ]);
  });

  test('nothing goes when it knows everything', () => {
    expect(offerAgain([settled(3)], [close(4)], 'd1', 3)).toBeNull();
  });
});

describe('a batch', () => {
  const sign = fc.constantFrom(
    'a',
    '\n',
    '"',
    '\u007F',
    'ä',
    '\u07FF',
    '\u0800',
    '€',
    '\uFFFF',
    '😀',
  );
  test('is the beginning of the outbox, as the wire takes it', () => {
    const [sent, ...more] = batch([report(3), close(4)], 1, 9999);
    expect(more).toEqual([]);
    const { id, ...message } = sent ?? { id: 0 };
    expect(id).toBe(3);
    expect(v.parse(wire, message)).toMatchObject({ uid: uidOf(3), at: 3, name: 'report' });
  });

  test('fits into the bytes given, and the first always goes', () => {
    const text = fc.string({ unit: sign, maxLength: 40 });
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 8 }), fc.nat(1500), (texts, most) => {
        const outbox = texts.map((said, n) => report(n + 1, ticketOf(1), said));
        const sent = batch(outbox, 100, most);
        const bytes = new TextEncoder().encode(JSON.stringify(sent)).length;
        expect(sent.length === 1 || bytes <= most + 1).toBe(true);
        expect(ids(sent)).toEqual(ids(outbox.slice(0, sent.length)));
        const next = batch(outbox, sent.length + 1, Number.POSITIVE_INFINITY);
        const oneMore = new TextEncoder().encode(JSON.stringify(next)).length;
        expect(sent.length === outbox.length || oneMore > most - 2).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  test('counts bytes as UTF-8 does', () => {
    fc.assert(
      fc.property(fc.string({ unit: sign }), (text) => {
        expect(bytesOf(text)).toBe(new TextEncoder().encode(text).length);
      }),
    );
  });
});

describe('taking back', () => {
  test('a report takes along what was done to its ticket, and nothing else', () => {
    const outbox = [report(1), close(2), report(3, ticketOf(2))];
    expect(ids(withdraw(outbox, uidOf(1)))).toEqual([1, 2]);
    expect(ids(withdraw(outbox, uidOf(2)))).toEqual([2]);
    expect(withdraw(outbox, uidOf(9))).toEqual([]);
  });

  test('leaves the id and the uid, without the words', () => {
    const [back] = withdraw([report(1, ticketOf(1), 'said in anger')], uidOf(1));
    const sent = batch(back === undefined ? [] : [back], 100, 1000);
    expect(sent).toEqual([{ id: 1, uid: uidOf(1), name: 'withdrawn' }]);
  });

  test('does nothing to what was settled once', () => {
    expect(withdraw([{ ...close(1), isRepeat: true }], uidOf(1))).toEqual([]);
    const answered = { outcome: 'applied', code: null } as const;
    expect(withdraw([{ ...close(1), answered }], uidOf(1))).toEqual([]);
  });

  test('is not forgotten when it is offered again', () => {
    const one = { ...settled(1), isWithdrawn: true } as const;
    expect(offerAgain([one], [], 'd1', 0)).toMatchObject([{ id: 1, isWithdrawn: true }]);
  });
});

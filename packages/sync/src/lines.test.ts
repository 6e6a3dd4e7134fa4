import { exchangeLine } from '@rung/protocol/exchange.ts';
import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { lineReader, type Portion } from './lines.ts';

const head = {
  t: 'head',
  mode: 'delta',
  isResumed: false,
  scopes: { add: [], del: [] },
  epoch: 'e1',
  time: 5,
};
const ticket = (v: number) => ({
  t: 'put',
  e: 'ticket',
  s: ['all'],
  v,
  d: { id: 'ä😀', number: 1, seq: 1, fold: 2, state: {} },
});
const gone = { t: 'del', e: 'ref', id: 'site/north', s: ['ref'], v: 3 };
const mark = { t: 'mark', resume: 'm' };
const result = { t: 'result', id: 1, uid: 'u', outcome: 'applied', code: null };
const end = { t: 'end', cookie: 'c', last: 1 };

const text = (...lines: readonly object[]): string =>
  lines.map((line) => `${JSON.stringify(line)}\n`).join('');

function read(...chunks: readonly string[]): { portions: Portion[]; standing: string } {
  const reader = lineReader();
  const portions = chunks.flatMap((chunk) => reader.take(chunk));
  return { portions, standing: reader.standing };
}

describe('the answer of an exchange', () => {
  test('comes in portions, each with where the device stands after it', () => {
    const { portions, standing } = read(text(head, ticket(1), mark, ticket(2), gone, result, end));
    expect(portions).toMatchObject([
      { isFirst: true, head, rows: [ticket(1)], close: { kind: 'mark', cookie: 'm' } },
      {
        isFirst: false,
        head,
        rows: [ticket(2), gone],
        close: { kind: 'end', cookie: 'c', last: 1, results: [{ id: 1, uid: 'u' }] },
      },
    ]);
    expect(standing).toBe('ended');
  });

  test('reads the same wherever it is cut', () => {
    const whole = text(head, ticket(1), mark, ticket(2), gone, result, end);
    fc.assert(
      fc.property(fc.array(fc.nat(whole.length)), (cuts) => {
        const at = [0, ...cuts.sort((a, b) => a - b), whole.length];
        const chunks = at.slice(1).map((to, n) => whole.slice(at[n], to));
        expect(read(...chunks)).toEqual(read(whole));
      }),
    );
  });

  test('gives only whole portions when it ends too early, wherever', () => {
    const whole = text(head, ticket(1), mark, ticket(2), result, end);
    const upToMark = text(head, ticket(1), mark).length;
    fc.assert(
      fc.property(fc.nat(whole.length - 1), (length) => {
        const { portions, standing } = read(whole.slice(0, length));
        expect(standing).toBe('reading');
        expect(portions).toHaveLength(length < upToMark ? 0 : 1);
      }),
    );
  });

  test.each([
    { what: 'is not JSON', line: '<html>' },
    { what: 'is no object', line: '[]' },
    { what: 'is of a kind we do not know', line: '{"t":"other"}' },
    { what: 'puts something we do not know', line: JSON.stringify({ ...ticket(1), e: 'x' }) },
    { what: 'has a version that is no number', line: JSON.stringify({ ...ticket(1), v: 'x' }) },
    { what: 'has no row', line: JSON.stringify({ ...ticket(1), d: null }) },
    { what: 'has no scopes', line: JSON.stringify({ ...ticket(1), s: [1] }) },
    { what: 'is a second head', line: JSON.stringify(head) },
    { what: 'has an outcome that is none', line: JSON.stringify({ ...result, outcome: 'x' }) },
  ])('ends at a line that $what', ({ line }) => {
    const { portions, standing } = read(text(head, mark), `${line}\n`, text(ticket(1), end));
    expect(standing).toBe('broken');
    expect(portions).toHaveLength(1);
  });

  test('begins with its head or not at all', () => {
    expect(read(text(ticket(1), end))).toEqual({ portions: [], standing: 'broken' });
  });

  test('says nothing after its end', () => {
    expect(read(text(head, end, ticket(1), end)).portions).toHaveLength(1);
  });
});

describe('the hand and the schema', () => {
  const id = '01JD0000000000000000000001';
  const put = { t: 'put', s: ['all'], v: 3 } as const;
  const state = { id, type: 'incident', severity: 'S3', phase: 'open' };
  /** One of each kind, as the schema has them. */
  const good = [
    head,
    { ...head, mode: 'snapshot', isResumed: true, scopes: { add: ['all'], del: ['ref'] } },
    { ...put, e: 'ticket', d: { id, number: 1, seq: 2, fold: 3, state } },
    { ...put, e: 'event', s: [], d: { ticket: id, seq: 1, name: 'closed' } },
    { ...put, e: 'page', d: { id: 'p', ticket: id, person: 'mara', state: 'open', createdAt: 1 } },
    { ...put, e: 'ref', d: { kind: 'site', key: 'north', name: 'North' } },
    { ...gone, e: 'ticket', id },
    gone,
    mark,
    ...['applied', 'noop', 'rejected', 'quarantined'].map((outcome) => ({
      ...{ ...result, uid: id, outcome },
    })),
    { ...result, uid: id, code: 'not-open' },
    end,
  ];
  const isOurs = (line: unknown): boolean => {
    const isHead = (line as { t?: unknown } | null)?.t === 'head';
    const around = isHead ? [] : [head];
    return read(text(...around, line as object)).standing !== 'broken';
  };
  /** The envelope is what both look at; inside a row the schema wants more. */
  const nowhere = Symbol();
  const wrong = fc.constantFrom<unknown>(nowhere, null, -1, 0.5, 'x', true, {}, [1], ['x']);
  const spoilt = fc.constantFrom(...good).chain((line) =>
    fc.tuple(fc.constantFrom(...Object.keys(line)), wrong).map(([field, value]) => {
      const { [field]: _, ...rest } = line as Record<string, unknown>;
      return value === nowhere ? rest : { ...rest, [field]: value };
    }),
  );

  test.each(good)('both take %o', (line) => {
    expect([v.is(exchangeLine, line), isOurs(line)]).toEqual([true, true]);
  });

  test('a line whose envelope is spoilt is taken by both or neither', () => {
    fc.assert(
      fc.property(spoilt, (line) => {
        // A uid and the id of what left are words to the hand, whatever they say.
        fc.pre(!('uid' in line && line['uid'] === 'x'));
        expect([line, isOurs(line)]).toEqual([line, v.is(exchangeLine, line)]);
      }),
      { numRuns: 1000 },
    );
  });

  test('a row that is spoilt within is refused by the schema wherever the hand refuses it', () => {
    const rows = good.filter((line) => 'd' in line);
    // The hand takes no number below nothing, and no fraction; the schema is looser there.
    const other = wrong.filter((value) => typeof value !== 'number');
    const within = fc.constantFrom(...rows).chain((line) =>
      fc.tuple(fc.constantFrom(...Object.keys(line.d)), other).map(([field, value]) => {
        const { [field]: _, ...rest } = line.d as Record<string, unknown>;
        return { ...line, d: value === nowhere ? rest : { ...rest, [field]: value } };
      }),
    );
    fc.assert(
      fc.property(within, (line) => isOurs(line) || !v.is(exchangeLine, line)),
      { numRuns: 1000 },
    );
  });
});

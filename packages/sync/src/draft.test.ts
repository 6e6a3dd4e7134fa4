import { command } from '@rung/protocol/command.ts';
import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import {
  afterAnswer,
  commandOf,
  isBlank,
  isForgotten,
  newDraft,
  send,
  write,
  wrongIn,
  type ReportForm,
  type SendAnswer,
} from './draft.ts';

const ticket = '01JD00000000000000000000AA';
const uid = '01JD00000000000000000000BB';
const fresh = '01JD00000000000000000000CC';
const form: ReportForm = {
  title: ' Pump 3 leaks ',
  site: 'north',
  severity: 'S2',
  description: 'Since noon',
};
const waiting = send(write(newDraft(ticket, uid, 1), form, fresh, 2), 3);

const answers = fc.oneof(
  fc.constant<SendAnswer>({ kind: 'sign-in' }),
  fc.record({
    kind: fc.constant('later' as const),
    reachable: fc.boolean(),
    retryAfterMs: fc.option(fc.nat()),
  }),
  fc.record({ kind: fc.constant('rejected' as const), code: fc.string() }),
);

describe('a draft', () => {
  test('becomes a command the wire accepts, with the moment the person pressed Send', () => {
    expect(v.parse(command, commandOf(waiting))).toMatchObject({
      uid,
      at: 3,
      args: { ticket, title: 'Pump 3 leaks', site: 'north', severity: 'S2' },
    });
  });

  test('has no command before it was sent', () => {
    expect(commandOf(newDraft(ticket, uid, 1))).toBeNull();
  });

  test('1: keeps every word through any number of failures', () => {
    fc.assert(
      fc.property(fc.array(answers), (tries) => {
        const after = tries.reduce((draft, answer) => afterAnswer(draft, answer, 9), waiting);
        expect(after.form).toEqual(form);
        expect(after.ticket).toBe(ticket);
      }),
    );
  });

  test('1: is sent with the receipt, stays so, and is forgotten after an hour', () => {
    const sent = afterAnswer(waiting, { kind: 'receipt' }, 9);
    expect(sent.standing).toEqual({ kind: 'sent', at: 9 });
    expect(write(sent, { ...form, title: 'other' }, fresh, 10)).toBe(sent);
    expect(send(sent, 10)).toBe(sent);
    expect(commandOf(sent)).toBeNull();
    expect(isForgotten(sent, 3_600_009)).toBe(false);
    expect(isForgotten(sent, 3_600_010)).toBe(true);
    expect(isForgotten(waiting, 3_600_010)).toBe(false);
  });

  test('3: waiting, it takes no other words and sends the same command again', () => {
    const lost = { kind: 'later', reachable: false, retryAfterMs: null } as const;
    const later = afterAnswer(waiting, lost, 9);
    expect(write(waiting, { ...form, title: 'other' }, fresh, 9)).toEqual(waiting);
    expect(commandOf(send(later, 9))).toEqual(commandOf(waiting));
  });

  test('4: writing on after a refusal begins with a new uid and the same ticket', () => {
    const rejected = afterAnswer(waiting, { kind: 'rejected', code: 'unknown-site' }, 9);
    const again = write(rejected, { ...form, site: null }, fresh, 9);
    expect(again).toMatchObject({ uid: fresh, ticket, standing: { kind: 'writing' } });
  });

  test('keeps its uid while it is written', () => {
    expect(write(newDraft(ticket, uid, 1), form, fresh, 2).uid).toBe(uid);
  });

  test('says what is wrong in the order of the form', () => {
    const empty: ReportForm = { title: ' ', site: null, severity: null, description: '' };
    expect(wrongIn(empty)).toEqual([
      { field: 'title', excess: 0 },
      { field: 'severity', excess: 0 },
    ]);
    expect(wrongIn(form)).toEqual([]);
    const long = { ...form, title: ` ${'x'.repeat(203)} `, description: 'y'.repeat(20_001) };
    expect(wrongIn(long)).toEqual([
      { field: 'title', excess: 3 },
      { field: 'description', excess: 1 },
    ]);
  });

  test('finds a text wrong where the wire does', () => {
    const sign = fc.constantFrom('a', ' ', '\0', '\u200B', '\u2066', '\uD800', '\n', '😀');
    const words = fc.string({ unit: sign, minLength: 0, maxLength: 4 });
    const filled = fc
      .tuple(words, fc.constantFrom(0, 197, 198, 199, 200, 201), words)
      .map(([before, n, after]) => before + 'x'.repeat(n) + after);
    fc.assert(
      fc.property(filled, (title) => {
        const sent = commandOf(
          send(write(newDraft(ticket, uid, 1), { ...form, title }, uid, 2), 3),
        );
        const report = sent && { ...sent, uid, args: { ...sent.args, ticket } };
        expect(wrongIn({ ...form, title }).length === 0).toBe(v.is(command, report));
      }),
    );
  });

  test('is blank until something was said', () => {
    expect(isBlank({ title: ' ', site: null, severity: null, description: '\n' })).toBe(true);
    expect(isBlank({ title: '', site: 'north', severity: null, description: '' })).toBe(false);
  });
});

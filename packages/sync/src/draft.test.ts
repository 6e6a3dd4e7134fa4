import { command } from '@rung/protocol/command.ts';
import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import {
  afterAnswer,
  commandOf,
  isBlank,
  missing,
  newDraft,
  send,
  write,
  type Draft,
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
        const after = tries.reduce<Draft | null>(
          (draft, answer) => draft && afterAnswer(draft, answer),
          waiting,
        );
        expect(after?.form).toEqual(form);
        expect(after?.ticket).toBe(ticket);
      }),
    );
  });

  test('1: goes with the receipt', () => {
    expect(afterAnswer(waiting, { kind: 'receipt' })).toBeNull();
  });

  test('3: waiting, it takes no other words and sends the same command again', () => {
    const later = afterAnswer(waiting, { kind: 'later', reachable: false, retryAfterMs: null });
    expect(write(waiting, { ...form, title: 'other' }, fresh, 9)).toEqual(waiting);
    expect(commandOf(send(later!, 9))).toEqual(commandOf(waiting));
  });

  test('4: writing on after a refusal begins with a new uid and the same ticket', () => {
    const rejected = afterAnswer(waiting, { kind: 'rejected', code: 'unknown-site' })!;
    const again = write(rejected, { ...form, site: null }, fresh, 9);
    expect(again).toMatchObject({ uid: fresh, ticket, standing: { kind: 'writing' } });
  });

  test('keeps its uid while it is written', () => {
    expect(write(newDraft(ticket, uid, 1), form, fresh, 2).uid).toBe(uid);
  });

  test('says what is missing in the order of the form', () => {
    expect(missing({ title: ' ', site: null, severity: null, description: '' })).toEqual([
      'title',
      'severity',
    ]);
    expect(missing(form)).toEqual([]);
  });

  test('is blank until something was said', () => {
    expect(isBlank({ title: ' ', site: null, severity: null, description: '\n' })).toBe(true);
    expect(isBlank({ title: '', site: 'north', severity: null, description: '' })).toBe(false);
  });
});

import { command } from '@rung/protocol/command.ts';
import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import {
  afterAnswer,
  commandOf,
  isForgotten,
  keptDraft,
  newDraft,
  send,
  write,
  type SendAnswer,
} from './draft.ts';
import { blankForm, type ReportForm } from './form.ts';

const ticket = '01JD00000000000000000000AA';
const uid = '01JD00000000000000000000BB';
const fresh = '01JD00000000000000000000CC';
const form: ReportForm = {
  ...blankForm,
  what: ' Pump 3 leaks \nSince noon',
  site: 'north',
  impact: 'high',
  urgency: 'hours',
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
      args: {
        ticket,
        title: 'Pump 3 leaks',
        description: 'Since noon',
        site: 'north',
        severity: 'S2',
      },
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
    expect(write(sent, { ...form, what: 'other' }, fresh, 10)).toBe(sent);
    expect(send(sent, 10)).toBe(sent);
    expect(commandOf(sent)).toBeNull();
    expect(isForgotten(sent, 3_600_009)).toBe(false);
    expect(isForgotten(sent, 3_600_010)).toBe(true);
    expect(isForgotten(waiting, 3_600_010)).toBe(false);
  });

  test('3: waiting, it takes no other words and sends the same command again', () => {
    const lost = { kind: 'later', reachable: false, retryAfterMs: null } as const;
    const later = afterAnswer(waiting, lost, 9);
    expect(write(waiting, { ...form, what: 'other' }, fresh, 9)).toEqual(waiting);
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

  test('of an older version is read on with every word, and sends the same report', () => {
    const old = {
      title: 'Pump 3 leaks',
      site: 'north',
      severity: 'S2',
      description: 'Since\nnoon',
    };
    const kept = keptDraft({ ...waiting, form: old as unknown as ReportForm });
    expect(kept.form.what).toBe('Pump 3 leaks\nSince\nnoon');
    expect(commandOf(kept)).toMatchObject({ uid, args: old });
    expect(keptDraft(kept)).toBe(kept);
    const blank = { title: '', site: null, severity: null, description: '' };
    const blankly = keptDraft({ ...waiting, form: blank as unknown as ReportForm });
    expect(blankly.form).toEqual(blankForm);
  });
});

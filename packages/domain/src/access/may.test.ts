import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { roles } from '../directory/directory.ts';
import { type Action, type Actor, actions, anonymous, may, operator, rights } from './may.ts';

const person = (...held: (typeof roles)[number][]) =>
  ({ kind: 'person', person: 'x', roles: held }) as const;

describe('the one table', () => {
  test('nobody is let in anywhere but through the open doors', () => {
    expect(actions.filter((action) => may(anonymous, action))).toEqual(['open']);
  });

  test('who holds the machine keeps the directory, and reads no tickets', () => {
    const allowed = actions.filter((action) => may(operator, action));
    expect(allowed).toEqual(['open', 'directory.read', 'directory.apply', 'directory.invite']);
  });

  test('a device without a session is a pager, leaves what was typed and removes itself; removed, it leaves only', () => {
    const by = (kind: 'device' | 'revoked-device') => ({ kind, device: 'd', person: 'x' });
    const allowed = (actor: Actor) => actions.filter((action) => may(actor, action));
    expect(allowed(by('device'))).toEqual([
      'open',
      'device.remove',
      'subscription.keep',
      'receipt.give',
      'page.answer',
      'dropbox.leave',
    ]);
    expect(allowed(by('revoked-device'))).toEqual(['open', 'dropbox.leave']);
  });

  test('an administrator may do whatever a manager may', () => {
    for (const action of actions) {
      if (may(person('manager'), action)) expect(may(person('admin'), action)).toBe(true);
    }
  });

  test('staff read the tickets of their own teams and their own, no others', () => {
    expect(may(person('staff'), 'ticket.read', ['my-team'])).toBe(true);
    expect(may(person('staff'), 'ticket.read', ['mine'])).toBe(true);
    expect(may(person('staff'), 'ticket.read', ['other'])).toBe(false);
    expect(may(person('staff'), 'ticket.read', ['my-client', 'other'])).toBe(false);
  });

  test('a client never reaches what is not his', () => {
    for (const action of actions.filter((one) => one.startsWith('ticket.'))) {
      expect(may(person('client'), action, ['other'])).toBe(false);
      expect(may(person('client'), action, ['my-team', 'my-led-team'])).toBe(false);
    }
    expect(may(person('client'), 'directory.read')).toBe(false);
  });

  test('the portal is the client’s alone', () => {
    for (const role of roles) {
      expect(may(person(role), 'portal.read')).toBe(role === 'client');
    }
  });

  test('nobody speaks for a pager but the device itself', () => {
    for (const action of ['subscription.keep', 'receipt.give', 'page.answer'] as const) {
      expect(may(person(...roles), action)).toBe(false);
      expect(may(operator, action)).toBe(false);
      expect(may({ kind: 'revoked-device', device: 'd', person: 'x' }, action)).toBe(false);
    }
  });

  test('more roles never take a right away', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<Action>(...actions),
        fc.uniqueArray(fc.constantFrom(...roles)),
        fc.constantFrom(...roles),
        fc.subarray(['mine', 'my-team', 'my-led-team', 'my-client', 'other'] as const),
        (action, held, more, relations) => {
          if (may(person(...held), action, relations)) {
            expect(may(person(...held, more), action, relations)).toBe(true);
          }
        },
      ),
    );
  });

  test('a person without a role may do nothing', () => {
    expect(actions.filter((action) => may(person(), action))).toEqual([]);
  });

  test('every row says who, in words the table knows', () => {
    const known = ['anonymous', 'operator', 'device', 'revoked-device', ...roles];
    for (const row of Object.values(rights)) {
      expect(Object.keys(row).filter((who) => !known.includes(who))).toEqual([]);
    }
  });
});

import type { CommandMessage, OutcomeMessage } from '@rung/protocol/command.ts';
import { expect, test } from 'vitest';
import type { Answer, Trouble } from '#lib/http/ask.ts';
import { PortalTyped, type Surroundings } from './portal-typed.ts';

const ticket = '01JD00000000000000000000AA';
const place = { kind: 'comment', ticket } as const;
const report = { kind: 'report', ticket: null } as const;

const no = (kind: Trouble['kind']): Answer<never> => {
  return { ok: false, trouble: { kind, retryAfterMs: null } as Trouble };
};
const yes = ({ uid, args }: CommandMessage): Answer<OutcomeMessage> => ({
  ok: true,
  value: { uid, outcome: 'applied', code: null, ticket: { id: args.ticket, number: 1002 } },
});

/** A browser with a store, a server that answers as it is told, and tabs that hear each other. */
function browser() {
  const stored = new Map<string, string>();
  const tabs = new Set<(name: string | null) => void>();
  const posted: CommandMessage[] = [];
  const waits: (() => void)[] = [];
  const sent: string[] = [];
  let [n, now, isFull, isDeaf] = [0, 1, false, false];
  let answer = (command: CommandMessage): Answer<OutcomeMessage> => yes(command);
  function tab(person = 'berta') {
    let heard = (_: string | null): void => {};
    const tell = (name: string) => {
      for (const other of tabs) if (other !== heard && !isDeaf) other(name);
    };
    const around: Surroundings = {
      storage: {
        getItem: (name) => stored.get(name) ?? null,
        setItem(name, value) {
          if (isFull) throw new Error('full');
          stored.set(name, value);
          tell(name);
        },
        removeItem(name) {
          if (stored.delete(name)) tell(name);
        },
        keys: () => [...stored.keys()],
      },
      async post(command) {
        posted.push(command);
        return answer(command);
      },
      newUlid: () => String((n += 1)).padStart(26, '0'),
      now: () => (now += 1),
      lot: () => 0,
      later(_, run) {
        waits.push(run);
        return () => waits.splice(waits.indexOf(run), 1);
      },
      elsewhere(run) {
        tabs.add((heard = run));
        return () => tabs.delete(run);
      },
    };
    const typed = new PortalTyped(
      person,
      around,
      (id) => sent.push(id),
      () => sent.push('out'),
    );
    typed.start();
    return typed;
  }
  return {
    ...{ stored, posted, waits, sent, tab },
    answers: (as: typeof answer) => void (answer = as),
    fill: () => void (isFull = true),
    /** No tab hears another: they stand still, behind one that is used. */
    deafen: () => void (isDeaf = true),
    /** They are shown again. */
    wake() {
      isDeaf = false;
      for (const heard of tabs) heard(null);
    },
  };
}

test('each key is kept, and the words go only when the server has them', async () => {
  const { tab, answers, stored, posted, sent } = browser();
  const typed = tab();
  typed.set(place, { what: 'Store 3' });
  typed.set(place, { what: 'Store 3 has room' });
  expect(tab().words(place).draft.form.what).toBe('Store 3 has room');

  answers(() => no('unreachable'));
  await typed.send(place);
  expect(typed.heldBy(place)).toBe('later');
  expect([...stored.values()].join()).toContain('Store 3 has room');
  expect(sent).toEqual([]);

  answers(yes);
  typed.sendWaiting();
  await expect.poll(() => sent).toEqual([ticket]);
  expect(typed.sent).toEqual({ place, ticket });
  expect(stored.size).toBe(0);
  expect(typed.words(place).draft.form.what).toBe('');
  // The answer of the first try may have been lost: the second was the same command.
  expect(new Set(posted.map(({ uid }) => uid)).size).toBe(1);
});

test('what waits goes again by itself, also after the page was loaded anew', async () => {
  const { tab, answers, waits, posted, sent } = browser();
  const typed = tab();
  typed.set(place, { what: 'Store 3 has room' });
  answers(() => no('busy'));
  await typed.send(place);
  expect(waits).toHaveLength(1);
  answers(yes);
  tab();
  await expect.poll(() => sent).toEqual([ticket]);
  expect(new Set(posted.map(({ uid }) => uid)).size).toBe(1);
});

test('words that wait stay as they are; written on, they go under an id of their own', async () => {
  const { tab, answers, posted } = browser();
  const typed = tab();
  typed.set(report, { what: 'Oven 2 is cold', impact: 'high', urgency: 'now' });
  answers(() => no('unreachable'));
  await typed.send(report);
  typed.set(report, { what: 'Oven 3' });
  expect(typed.words(report).draft.form.what).toBe('Oven 2 is cold');

  typed.change(report);
  typed.set(report, { what: 'Oven 3 is cold' });
  answers(yes);
  await typed.send(report);
  const [first, second] = posted;
  expect(second?.uid).not.toBe(first?.uid);
  expect(second?.args.ticket).not.toBe(first?.args.ticket);
});

test('what was refused can be written on and sent again', async () => {
  const { tab, answers, posted, sent } = browser();
  const typed = tab();
  typed.set(place, { what: 'Store 3 has room' });
  answers((command) => ({
    ok: true,
    value: { uid: command.uid, outcome: 'rejected', code: 'unknown-ticket', ticket: null },
  }));
  await typed.send(place);
  const { standing, form } = typed.words(place).draft;
  expect(standing).toEqual({ kind: 'rejected', code: 'unknown-ticket' });
  expect(form.what).toBe('Store 3 has room');
  typed.set(place, { what: 'Store 4 has room' });
  answers(yes);
  await typed.send(place);
  expect(sent).toEqual([ticket]);
  expect(posted[1]?.uid).not.toBe(posted[0]?.uid);
});

test('what one tab types another shows, and what one has sent is gone in the other', async () => {
  const { tab } = browser();
  const [one, other] = [tab(), tab()];
  one.set(place, { what: 'Store 3 has room' });
  expect(other.words(place).draft.form.what).toBe('Store 3 has room');
  await one.send(place);
  expect(other.words(place).draft.form.what).toBe('');
});

test('a tab that heard nothing for a while shows what is typed now, and nothing that was sent', async () => {
  const { tab, deafen, wake } = browser();
  const [one, other] = [tab(), tab()];
  one.set(place, { what: 'Store 3' });
  one.set(report, { what: 'Oven 2' });
  deafen();
  other.set(place, { what: 'Store 3 has room' });
  other.set(report, { what: 'Oven 2 is cold', impact: 'high', urgency: 'now' });
  await other.send(report);
  wake();
  expect(one.words(place).draft.form.what).toBe('Store 3 has room');
  expect(one.words(report).draft.form.what).toBe('');
});

test('what is written on where another tab sent it, unheard, is no other meaning of the same id', async () => {
  const { tab, deafen, wake, answers, posted } = browser();
  const [one, other] = [tab(), tab()];
  one.set(place, { what: 'Store 3 has room' });
  deafen();
  answers(() => no('unreachable'));
  await one.send(place);
  other.set(place, { what: 'Store 3 has room for 60' });
  wake();
  answers(yes);
  await one.send(place);
  expect(posted.map(({ args }) => 'note' in args && args.note)).toEqual([
    'Store 3 has room',
    'Store 3 has room for 60',
  ]);
  expect(posted[1]?.uid).not.toBe(posted[0]?.uid);
});

test('who signed out is told, and nothing of one is shown to another or kept after him', async () => {
  const { tab, answers, stored, sent } = browser();
  const typed = tab();
  typed.set(place, { what: 'Store 3 has room' });
  answers(() => no('not-signed-in'));
  await typed.send(place);
  expect(typed.heldBy(place)).toBe('sign-in');
  expect(sent).toEqual(['out']);
  expect(tab('bernd').unsent).toEqual([]);
  tab('bernd').set(place, { what: 'Mine' });
  typed.forget();
  expect(typed.unsent).toEqual([]);
  expect([...stored.values()].join()).toContain('Mine');
  expect([...stored.values()].join()).not.toContain('Store 3');
});

test('a browser that keeps nothing says so, and sends all the same', async () => {
  const { tab, fill, posted } = browser();
  fill();
  const typed = tab();
  typed.set(place, { what: 'Store 3 has room' });
  expect(typed.isKeeping).toBe(false);
  typed.set(place, { what: 'Store 3 has room for 60' });
  await typed.send(place);
  expect(posted[0]?.args).toEqual({ ticket, note: 'Store 3 has room for 60' });
});

import type { CommandMessage, OutcomeMessage } from '@rung/protocol/command.ts';
import { newDraft, send, write, type Draft } from '@rung/sync/draft.ts';
import { blankForm } from '@rung/sync/form.ts';
import { describe, expect, test } from 'vitest';
import type { Answer } from '../http/ask.ts';
import { SendLoop, type Sending } from './loop.ts';

type Reply = 'applied' | 'rejected' | 'unreachable' | 'busy' | 'broken' | 'not-signed-in';

function answer(command: CommandMessage, reply: Reply): Answer<OutcomeMessage> {
  if (reply === 'applied' || reply === 'rejected') {
    const code = reply === 'rejected' ? 'unknown-site' : null;
    return { ok: true, value: { uid: command.uid, outcome: reply, code, ticket: null } };
  }
  return {
    ok: false,
    trouble: { kind: reply, retryAfterMs: reply === 'busy' ? 60_000 : null },
  };
}

/** A loop over drafts in memory, a server that follows a script, and a clock that only runs when asked. */
function world(...tickets: string[]) {
  const kept = new Map<string, Draft>();
  const posted: CommandMessage[] = [];
  const told: Sending[] = [];
  let replies: Reply[] = [];
  let alarm: { ms: number; run: () => void } | null = null;
  const form = { ...blankForm, what: 'Pump 3 leaks', impact: 'high', urgency: 'hours' } as const;
  for (const ticket of tickets) {
    kept.set(ticket, send(write(newDraft(ticket, `uid-${ticket}`, 1), form, '', 2), 3));
  }
  const loop = new SendLoop(
    {
      drafts: async () => [...kept.values()],
      change: async (ticket, next) => {
        const before = kept.get(ticket);
        const after = next(before);
        if (after) kept.set(ticket, after);
        else kept.delete(ticket);
      },
    },
    async (command) => {
      posted.push(command);
      return answer(command, replies.shift() ?? 'applied');
    },
    {
      now: () => 0,
      lot: () => 0,
      later: (ms, run) => {
        alarm = { ms, run };
        return () => (alarm = null);
      },
      alone: (run) => run(),
    },
    (sending) => told.push(sending),
  );
  return {
    kept,
    sent: () =>
      [...kept.values()].flatMap(({ ticket, standing }) =>
        standing.kind === 'sent' ? [ticket] : [],
      ),
    posted,
    loop,
    last: () => told.at(-1),
    serverWill: (...next: Reply[]) => (replies = next),
    alarmIn: () => alarm?.ms ?? null,
  };
}

describe('the send loop', () => {
  test('marks a draft as sent only for a receipt', async () => {
    const { sent, loop, serverWill, last } = world('a');
    serverWill('unreachable');
    await loop.kick();
    expect(sent()).toEqual([]);
    expect(last()).toEqual({ kind: 'held', why: 'unreachable', nextAt: 1_000 });
    await loop.kick();
    expect(sent()).toEqual(['a']);
    expect(last()).toEqual({ kind: 'idle' });
  });

  test('sends the very same command each time', async () => {
    const { loop, posted, serverWill } = world('a');
    serverWill('unreachable', 'broken', 'busy');
    for (let n = 0; n < 4; n++) await loop.kick();
    expect(posted).toHaveLength(4);
    expect(new Set(posted.map((command) => JSON.stringify(command))).size).toBe(1);
  });

  test('waits longer each time, and as long as the server asks', async () => {
    const { loop, serverWill, alarmIn } = world('a');
    serverWill('unreachable', 'unreachable', 'busy');
    await loop.kick();
    expect(alarmIn()).toBe(1_000);
    await loop.kick();
    expect(alarmIn()).toBe(2_000);
    await loop.kick();
    expect(alarmIn()).toBe(60_000);
    await loop.kick();
    expect(alarmIn()).toBeNull();
  });

  test('one report that the server chokes on does not hold up the others', async () => {
    const { sent, loop, serverWill } = world('a', 'b');
    serverWill('broken', 'applied');
    await loop.kick();
    expect(sent()).toEqual(['b']);
  });

  test('asks once when nobody is there, however much waits', async () => {
    const { loop, posted, serverWill } = world('a', 'b', 'c');
    serverWill('unreachable');
    await loop.kick();
    expect(posted).toHaveLength(1);
  });

  test('a refusal keeps the words and says why; the rest goes on', async () => {
    const { kept, sent, loop, serverWill, last } = world('a', 'b');
    serverWill('rejected', 'applied');
    await loop.kick();
    expect(kept.get('a')).toMatchObject({
      form: { what: 'Pump 3 leaks' },
      standing: { kind: 'rejected', code: 'unknown-site' },
    });
    expect(sent()).toEqual(['b']);
    expect(last()).toEqual({ kind: 'idle' });
  });

  test('without a session it keeps everything and sets no alarm: signing in goes on', async () => {
    const { kept, loop, serverWill, alarmIn, last } = world('a');
    serverWill('not-signed-in');
    await loop.kick();
    expect(kept.size).toBe(1);
    expect(alarmIn()).toBeNull();
    expect(last()).toEqual({ kind: 'held', why: 'sign-in', nextAt: null });
  });

  test('a kick during a try makes one more round', async () => {
    const { loop, posted, serverWill, sent } = world('a');
    serverWill('unreachable', 'applied');
    await Promise.all([loop.kick(), loop.kick()]);
    expect(posted).toHaveLength(2);
    expect(sent()).toEqual(['a']);
  });
});

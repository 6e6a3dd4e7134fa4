/** A device for tests of this room: a store of its own, a network that a test breaks, a clock that it moves. */

import type { Command } from '@rung/domain/ticket/commands.ts';
import type { ExchangeRequest } from '@rung/protocol/exchange.ts';
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { Local } from '../local/local.ts';
import type { World } from './exchange.ts';
import { mutate } from './mutate.ts';

type Server = { answer(path: string, body: string): Response };

export function testDevice(server: Server, person = 'mara') {
  const engine = { indexedDB: new IDBFactory(), IDBKeyRange };
  let local = new Local(person, engine);
  let at = 1000;
  let count = 0;
  /** Instead of the server, once each. */
  const instead: (() => Response)[] = [];
  /** Characters of the next answer that arrive. */
  let cut: number | null = null;
  let isOffline = false;
  const asked: { path: string; body: string; headers: Headers }[] = [];
  const alarms = new Map<number, { ms: number; run: () => void }>();
  let alarmsMade = 0;

  const world: World = {
    async fetch(path, { body, headers }) {
      if (isOffline) throw new TypeError('offline');
      const said = String(body);
      asked.push({ path, body: said, headers: new Headers(headers) });
      const answer = instead.shift()?.() ?? server.answer(path, said);
      if (cut === null || path !== '/api/sync') return answer;
      const text = (await answer.text()).slice(0, cut);
      cut = null;
      return new Response(text, answer);
    },
    now: () => at,
    later(ms, run) {
      const n = ++alarmsMade;
      alarms.set(n, { ms, run });
      return () => alarms.delete(n);
    },
  };

  return {
    engine,
    world,
    asked,
    get local() {
      return local;
    },
    /** Commands of the exchanges so far, by id. */
    sent: () =>
      asked
        .filter(({ path }) => path === '/api/sync')
        .map(({ body }) => (JSON.parse(body) as ExchangeRequest).commands.map(({ id }) => id)),
    alarmsIn: () => [...alarms.values()].map(({ ms }) => ms),
    /** Lets what waits for so long happen. */
    ring(ms: number): void {
      for (const [n, alarm] of alarms) {
        if (alarm.ms !== ms) continue;
        alarms.delete(n);
        alarm.run();
      }
    },
    pass: (ms: number) => (at += ms),
    offline: (is = true) => (isOffline = is),
    cutAfter: (characters: number) => (cut = characters),
    answers: (...next: (() => Response)[]) => instead.push(...next),
    do: (command: Command, uid = `${person}-${++count}`) =>
      mutate(local, command, { now: ++at, uid }),
    /** The page is gone and opened again. */
    reopen(): void {
      local.close();
      local = new Local(person, engine);
    },
    tickets: () => local.read((reading) => reading.tickets()),
    ticket: (id: string) => local.read((reading) => reading.ticket(id)),
    outbox: () => local.read((reading) => reading.outbox()),
    problems: () => local.read((reading) => reading.problems()),
    timeline: (id: string) => local.read((reading) => reading.timeline(id)),
    /** What stands on the disk of rows that the server sent. */
    disk: () =>
      local.apply(async ({ ticket, event, page, base, ref, settled, meta }) => ({
        tickets: await ticket.all(),
        events: await event.all(),
        pages: await page.all(),
        bases: await base.all(),
        refs: await ref.all(),
        settled: await settled.all(),
        meta: await meta(),
      })),
  };
}

export const idOf = (n: number): string => `01JD00000000000000000000${String(n).padStart(2, '0')}`;
const seen = { generation: 1, severity: 'S3' } as const;

export const report = (n: number, title = `Pump ${n} leaks`): Command => ({
  name: 'report',
  args: {
    ticket: idOf(n),
    type: 'incident',
    severity: 'S3',
    title,
    description: '',
    site: null,
    asset: null,
    category: null,
    team: null,
    take: false,
  },
});
export const acknowledge = (n: number): Command => ({
  name: 'acknowledge',
  args: { ticket: idOf(n), seen },
});
export const progress = (n: number): Command => ({
  name: 'progress',
  args: { ticket: idOf(n), seen, note: 'On my way' },
});
export const resolve = (n: number): Command => ({
  name: 'resolve',
  args: { ticket: idOf(n), seen, resolution: 'Tightened' },
});
export const close = (n: number): Command => ({ name: 'close', args: { ticket: idOf(n) } });

import { emptyDirectory, withChanges } from '@rung/domain/directory/directory.ts';
import { carryOut, letTimePass } from '@rung/domain/escalation/carry-out.ts';
import { nextDue } from '@rung/domain/ticket/next-due.ts';
import { isOpen, isSeeking, type Ticket } from '@rung/domain/ticket/ticket.ts';
import { permits } from '@rung/domain/access/permits.ts';
import { expect, test } from 'vitest';
import { planDraft } from '../../apply/plan-draft.ts';
import { answers } from './answers.ts';
import { silent } from './cast.ts';
import { chance } from './chance.ts';
import { companyDraft } from './company.ts';
import { reportThatPages } from './page-me.ts';
import { aim, firstTickets, ofOwnAccord } from './plan.ts';
import { isPlayed, type Act, type World } from './world.ts';

const empty = emptyDirectory();
const plan = planDraft({ directory: empty, teamsInUse: new Set() }, companyDraft(), false);
const directory = plan.ok ? withChanges(empty, 1, plan.value.changes) : empty;
const begin = Date.parse('2026-11-21T12:00:00Z');
const second = 1000;
const minute = 60 * second;

/** The rules without a server: what is done is done at once, and what is due too. */
function played(seed: number, visited: ReadonlySet<string> = new Set()) {
  const draw = chance(seed);
  const logs = new Map<string, { ticket: Ticket; seq: number }>();
  const done: { readonly act: Act; readonly outcome: string }[] = [];
  let now = begin;
  const world = (): World => ({
    directory,
    tickets: [...logs.values()].map(({ ticket }) => ticket),
    reported: logs.size,
    visited,
    playedSince: begin,
  });

  function act(one: Act): void {
    const { person, command, agoMs } = one;
    const before = logs.get(command.args.ticket) ?? null;
    const actedAt = Math.max(now - agoMs, before?.ticket.reportedAt ?? 0);
    if (permits(person, command, before?.ticket ?? null, directory, actedAt) !== 'yes') {
      done.push({ act: one, outcome: 'not-permitted' });
      return;
    }
    const doer = { key: person, person: directory.person.get(person)! };
    const log = { ticket: before?.ticket ?? null, seq: before?.seq ?? 0, added: [] };
    const carried = carryOut(
      log,
      { uid: `${done.length}`, command, doer, actedAt, claimedAt: actedAt },
      { directory, now },
    );
    done.push({ act: one, outcome: carried.ok ? 'done' : carried.refusal.kind });
    if (!carried.ok || carried.value.log.ticket === null) return;
    const { ticket, seq } = carried.value.log;
    logs.set(ticket.id, { ticket, seq });
  }

  function letPass(): void {
    for (const [id, log] of logs) {
      const due = nextDue(log.ticket);
      if (due === null || due > now) continue;
      const { ticket, seq } = letTimePass({ ...log, added: [] }, { directory, now });
      logs.set(id, { ticket: ticket ?? log.ticket, seq });
    }
  }

  return {
    world,
    done,
    draw,
    begin() {
      for (let n = 0; n < 30; n += 1) for (const one of firstTickets(world(), draw, now)) act(one);
    },
    pass(ms: number, watch: (tickets: readonly Ticket[]) => void) {
      for (const until = now + ms; now < until;) {
        now += 6 * second;
        letPass();
        for (const { at, act: answer } of answers(world())) if (at <= now) act(answer);
        const own = ofOwnAccord(world(), draw, now);
        if (own !== null) act(own);
        watch(world().tickets);
      }
    },
  };
}

test.each([1, 2, 3])('seed %i: sixty to begin with, a few of them nobody’s', (seed) => {
  const it = played(seed);
  it.begin();
  const { tickets } = it.world();
  expect(tickets.length).toBe(aim.open);
  const free = tickets.filter(({ owner }) => owner === null);
  expect([free.length > 1, free.length < 9]).toEqual([true, true]);
  expect(it.done.filter(({ outcome }) => outcome !== 'done')).toEqual([]);
});

test.each([1, 2, 3])('seed %i: about sixty stay open, and ladders move', (seed) => {
  const it = played(seed);
  it.begin();
  const open: number[] = [];
  const seeking: number[] = [];
  const asksSilent: boolean[] = [];
  it.pass(120 * minute, (tickets) => {
    open.push(tickets.filter(isOpen).length);
    const moving = tickets.filter(isSeeking);
    seeking.push(moving.length);
    asksSilent.push(moving.some((one) => one.pages.some(({ person }) => person === silent)));
  });
  expect(Math.min(...open)).toBeGreaterThan(45);
  expect(Math.max(...open)).toBeLessThan(76);
  const mean = seeking.reduce((sum, one) => sum + one, 0) / seeking.length;
  expect(mean).toBeGreaterThan(2);
  expect(mean).toBeLessThan(14);
  expect(asksSilent.filter(Boolean).length / asksSilent.length).toBeGreaterThan(0.5);
  // Now and then two act at once on one ticket; mostly what is done may be done.
  const refused = it.done.filter(({ outcome }) => outcome !== 'done');
  expect(refused.length / it.done.length).toBeLessThan(0.02);
});

test('he who never answers, and whom a visitor is, do nothing', () => {
  const it = played(4, new Set(['mara', 'lena']));
  it.begin();
  it.pass(60 * minute, () => undefined);
  const doers = new Set(it.done.map(({ act: { person } }) => person));
  expect([silent, 'mara', 'lena'].filter((person) => doers.has(person))).toEqual([]);
});

test('the same chance does the same', () => {
  const deeds = () => {
    const it = played(5);
    it.begin();
    it.pass(10 * minute, () => undefined);
    return it.done;
  };
  expect(deeds()).toEqual(deeds());
});

test('after a pause everybody takes his time from then on', () => {
  const it = played(6);
  it.begin();
  const later = begin + 3 * 24 * 60 * minute;
  const planned = answers({ ...it.world(), playedSince: later });
  expect(planned.length).toBeGreaterThan(0);
  expect(planned.filter(({ at }) => at <= later)).toEqual([]);
});

// Rotas turn every week: whoever is offered is paged in each of them.
const weeks = Array.from({ length: 9 }, (_, n) => begin + n * 7 * 24 * 60 * minute);
test.each(['mara', 'tomasz', 'dora', 'lena', 'carla'])(
  '%s can be paged in every week',
  (person) => {
    const staff = ['nils', 'yara'];
    const found = weeks.map((now) => reportThatPages(person, staff, directory, now)?.args.severity);
    expect(found).toEqual(weeks.map(() => 'S1'));
  },
);

test('a client’s person is paged by nothing, and nobody by his own report', () => {
  expect(reportThatPages('finn', ['nils'], directory, begin)).toBeNull();
  expect(reportThatPages('mara', ['mara'], directory, begin)).toBeNull();
  expect(reportThatPages('mara', ['mara', 'nils'], directory, begin)?.person).toBe('nils');
});

test('nobody plays who is disabled, unknown or nobody', () => {
  const world = played(1).world();
  expect(['mara', 'ghost', null, silent].map((one) => isPlayed(one, world))).toEqual([
    true,
    false,
    false,
    false,
  ]);
});

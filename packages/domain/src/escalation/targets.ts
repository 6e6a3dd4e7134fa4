/** Whom a rung asks (domain.md, section 6, "Targets"). */

import type { Instant } from '../base/time.ts';
import { isOpen as isOpenAt } from '../calendar/business-time.ts';
import type { Calendar, Directory, Target } from '../directory/directory.ts';
import { enabledPerson } from '../directory/people.ts';
import { nextShift, onCall } from '../schedule/on-call.ts';
import { holds } from '../ticket/run-pages.ts';
import type { Rung, Ticket } from '../ticket/ticket.ts';

/** What people are looked up by. */
export type Context = { readonly directory: Directory; readonly now: Instant };

/** The calendar that says when the ticket's team may be paged loudly, and how long its business day is; null = round the clock. */
export function teamCalendar(ticket: Pick<Ticket, 'team'>, directory: Directory): Calendar | null {
  const team = ticket.team === null ? undefined : directory.team.get(ticket.team);
  const key = team?.calendar ?? null;
  return key === null ? null : (directory.calendar.get(key) ?? null);
}

/**
 * Person keys of whoever the rung asks now, each once, in the order of its targets: people who can act, without those
 * who took their acknowledgement back in this run or still hold one of this generation. Empty = there is nobody.
 */
export function peopleOf(ticket: Ticket, rung: Rung, context: Context): readonly string[] {
  const released = ticket.run?.released ?? [];
  const gaveBack = (person: string) => released.includes(person);
  const able = named(ticket, rung, context).filter(
    (person) =>
      enabledPerson(context.directory, person) !== null &&
      (gaveBack(person) || !holds(ticket, person)),
  );
  const found = able.filter((person) => !gaveBack(person));
  // Behind the admins there is nobody: if all gave it back they are asked all the same.
  const isLast = rung.kind === 'fallback' && rung.withAdmins && found.length === 0;
  return [...new Set(isLast ? able : found)];
}

/** The start of the shift that the rung's targets may wait for: the first in (now, before]; null = none begins. */
export function shiftToWaitFor(
  ticket: Ticket,
  targets: readonly Target[],
  { directory, now }: Context,
  before: Instant,
): Instant | null {
  const starts = targets.flatMap((target) => {
    const key = scheduleOf(ticket, target, directory);
    const schedule = key === null ? undefined : directory.schedule.get(key);
    return schedule === undefined ? [] : (nextShift(schedule, now, before) ?? []);
  });
  return starts.length === 0 ? null : Math.min(...starts);
}

/** Whether the person works for the team now: on call by its schedule; without one, a member while it is open. */
export function isOnShift(person: string, team: string, context: Context): boolean {
  return onShift(team, context).includes(person);
}

function named(ticket: Ticket, rung: Rung, context: Context): readonly string[] {
  const { directory } = context;
  switch (rung.kind) {
    case 'owner':
      return some(ticket.owner ?? ticket.formerOwner);
    case 'step':
      return (policyOf(ticket, directory)?.response[rung.step - 1]?.targets ?? []).flatMap(
        (target) => targeted(ticket, target, context),
      );
    case 'fallback':
      return [
        ...some(policyOf(ticket, directory)?.fallback ?? null),
        ...(rung.withAdmins ? admins(directory) : []),
      ];
  }
}

/** The policy version the ticket is pinned to. */
export function policyOf({ policyVersion }: Pick<Ticket, 'policyVersion'>, directory: Directory) {
  return policyVersion === null ? undefined : directory['policy-version'].get(policyVersion);
}

/** Everybody who administers, enabled, by key. */
export function admins(directory: Directory): readonly string[] {
  return [...directory.person]
    .filter(([, person]) => !person.disabled && person.roles.includes('admin'))
    .map(([key]) => key)
    .sort();
}

function targeted(ticket: Ticket, target: Target, context: Context): readonly string[] {
  const { directory, now } = context;
  const team = ticket.team === null ? undefined : directory.team.get(ticket.team);
  switch (target.kind) {
    case 'on-call':
      return ticket.team === null ? [] : onShift(ticket.team, context);
    case 'lead':
      return some(team?.lead ?? null);
    case 'owner':
      return some(ticket.owner ?? ticket.formerOwner);
    case 'account-owner': {
      const client = ticket.client === null ? undefined : directory.client.get(ticket.client);
      return some(client?.accountOwner ?? null);
    }
    case 'person':
      return [target.key];
    case 'schedule': {
      const schedule = directory.schedule.get(target.key);
      return schedule === undefined ? [] : some(onCall(schedule, now));
    }
    case 'team': {
      const key = 'key' in target ? target.key : ticket.team;
      return key === null ? [] : onShift(key, context);
    }
  }
}

/** A team's on-call; without a schedule its members while it is open: never everyone at night. */
function onShift(key: string, { directory, now }: Context): readonly string[] {
  const team = directory.team.get(key);
  if (team === undefined) return [];
  const schedule = team.schedule === null ? undefined : directory.schedule.get(team.schedule);
  if (schedule !== undefined) return some(onCall(schedule, now));
  return isOpenAt(teamCalendar({ team: key }, directory), now) ? team.members : [];
}

function scheduleOf(ticket: Ticket, target: Target, directory: Directory): string | null {
  if (target.kind === 'schedule') return target.key;
  if (target.kind !== 'on-call' && target.kind !== 'team') return null;
  const key = 'key' in target ? target.key : ticket.team;
  return key === null ? null : (directory.team.get(key)?.schedule ?? null);
}

function some(person: string | null): readonly string[] {
  return person === null ? [] : [person];
}

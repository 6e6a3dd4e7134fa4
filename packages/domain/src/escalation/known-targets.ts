/** Whom a rung asks, as far as a device knows: it has shifts and no rotas, and no calendars (access/reference.ts). */

import type { Reference } from '../access/reference.ts';
import type { Instant } from '../base/time.ts';
import type { Target } from '../directory/directory.ts';
import type { Shift } from '../schedule/shift.ts';
import { holds } from '../ticket/run-pages.ts';
import type { Rung, Ticket } from '../ticket/ticket.ts';
import { waitForShiftMs } from './defaults.ts';

/** What a device holds of the directory, by key. */
export type Known = {
  readonly person: ReadonlyMap<string, Reference['person']>;
  readonly team: ReadonlyMap<string, Reference['team']>;
  /** Its shifts of the coming weeks, earliest first. */
  readonly schedule: ReadonlyMap<string, { readonly shifts: readonly Shift[] }>;
  readonly 'policy-version': ReadonlyMap<string, Reference['policy-version']>;
};

/** Person keys. `isWhole` false = it may ask others whom this device cannot name. */
export type Asked = { readonly people: readonly string[]; readonly isWhole: boolean };

const nobody: Asked = { people: [], isWhole: true };
const unknownHere: Asked = { people: [], isWhole: false };

/** What targets.ts's `peopleOf` answers on the server at that instant. `at` null = it is not known when. */
export function knownPeopleOf(ticket: Ticket, rung: Rung, at: Instant | null, known: Known): Asked {
  const gaveBack = (person: string) => ticket.run?.released.includes(person) === true;
  const named = all(targetsOf(ticket, rung, known).map((one) => one(at)));
  const able = named.people.filter(
    (person) =>
      known.person.get(person)?.disabled !== true && (gaveBack(person) || !holds(ticket, person)),
  );
  const found = able.filter((person) => !gaveBack(person));
  const isLast = rung.kind === 'fallback' && rung.withAdmins && found.length === 0;
  return { people: isLast ? able : found, isWhole: named.isWhole };
}

/** The first shift that begins in (at, at + 5 min] for a step that finds nobody; null = none that is known. */
export function knownShiftFor(ticket: Ticket, rung: Rung, at: Instant, known: Known) {
  const starts = stepTargets(ticket, rung, known).flatMap((target) => {
    const key = scheduleOf(ticket, target, known);
    const shifts = (key === null ? null : known.schedule.get(key)?.shifts) ?? [];
    return shifts
      .map(({ from }) => from)
      .filter((from) => from > at && from <= at + waitForShiftMs);
  });
  return starts.length === 0 ? null : Math.min(...starts);
}

/** The policy that the ticket is pinned to; undefined = this device does not hold it. */
export function knownPolicyOf(
  { policyVersion }: Pick<Ticket, 'policyVersion'>,
  known: Pick<Known, 'policy-version'>,
) {
  return policyVersion === null ? undefined : known['policy-version'].get(policyVersion);
}

/** The targets of a step; of other rungs none. */
export function stepTargets(ticket: Ticket, rung: Rung, known: Known): readonly Target[] {
  if (rung.kind !== 'step') return [];
  return knownPolicyOf(ticket, known)?.response[rung.step - 1]?.targets ?? [];
}

type At = (at: Instant | null) => Asked;

function targetsOf(ticket: Ticket, rung: Rung, known: Known): readonly At[] {
  const policy = knownPolicyOf(ticket, known);
  switch (rung.kind) {
    case 'owner':
      return [() => some(ticket.owner ?? ticket.formerOwner)];
    case 'step':
      if (policy === undefined) return [() => unknownHere];
      return stepTargets(ticket, rung, known).map(
        (target) => (at: Instant | null) => targeted(ticket, target, at, known),
      );
    case 'fallback': {
      const first = policy === undefined ? unknownHere : some(policy.fallback);
      return [() => first, ...(rung.withAdmins ? [() => admins(known)] : [])];
    }
  }
}

function targeted(ticket: Ticket, target: Target, at: Instant | null, known: Known): Asked {
  switch (target.kind) {
    case 'lead':
      return team(ticket.team, known, ({ lead }) => some(lead));
    case 'owner':
      return some(ticket.owner ?? ticket.formerOwner);
    case 'person':
      return some(target.key);
    case 'schedule':
      return onCall(target.key, at, known);
    case 'on-call':
      return onShift(ticket.team, at, known);
    case 'team':
      return onShift('key' in target ? target.key : ticket.team, at, known);
    default:
      // An account owner, or what only a newer server knows.
      return unknownHere;
  }
}

function team(key: string | null, known: Known, then: (team: Reference['team']) => Asked): Asked {
  const found = key === null ? undefined : known.team.get(key);
  return found === undefined ? unknownHere : then(found);
}

/** A team's on-call. Without a schedule its members while it is open, and nobody here knows when that is. */
function onShift(key: string | null, at: Instant | null, known: Known): Asked {
  return team(key, known, ({ schedule }) =>
    schedule === null ? unknownHere : onCall(schedule, at, known),
  );
}

function onCall(schedule: string, at: Instant | null, known: Known): Asked {
  const shifts = known.schedule.get(schedule)?.shifts ?? [];
  const last = shifts.at(-1);
  // Who comes after the last shift that is known was not sent.
  if (at === null || last === undefined || at >= last.to) return unknownHere;
  const shift = shifts.find(({ from, to }) => from <= at && at < to);
  return shift === undefined ? nobody : some(shift.person);
}

function scheduleOf(ticket: Ticket, target: Target, known: Known): string | null {
  if (target.kind === 'schedule') return target.key;
  if (target.kind !== 'on-call' && target.kind !== 'team') return null;
  const key = 'key' in target ? target.key : ticket.team;
  return key === null ? null : (known.team.get(key)?.schedule ?? null);
}

function admins({ person }: Known): Asked {
  const people = [...person].filter(([, { roles }]) => roles.includes('admin'));
  return { people: people.map(([key]) => key).sort(), isWhole: true };
}

function all(asked: readonly Asked[]): Asked {
  return {
    people: [...new Set(asked.flatMap(({ people }) => people))],
    isWhole: asked.every(({ isWhole }) => isWhole),
  };
}

function some(person: string | null): Asked {
  return person === null ? nobody : { people: [person], isWhole: true };
}

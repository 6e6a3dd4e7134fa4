import type { Instant } from '@rung/domain/base/time.ts';
import { chunks } from '../db/chunks.ts';
import { breakContactMethod, saveContactMethods } from '../db/contact-methods.ts';
import { saveChanges } from '../db/directory.ts';
import {
  addDeviceCommands,
  addQuarantined,
  addSuspects,
  removeSuspects,
} from '../db/device-commands.ts';
import { revokeAll, saveLast } from '../db/devices.ts';
import { armOwned, removeDues, saveDues } from '../db/due.ts';
import { removeFaults, saveFaults } from '../db/faults.ts';
import { addMembers, removeMembers, saveLeft } from '../db/members.ts';
import { addAttempts, saveNotifications } from '../db/notifications.ts';
import type { CompiledQuery, Database } from '../db/open.ts';
import { savePages, wakePages } from '../db/pages.ts';
import { addSettled } from '../db/settled.ts';
import { addShifts, removeShifts, stampSchedules } from '../db/shifts.ts';
import { addEvents } from '../db/events.ts';
import { saveTickets } from '../db/tickets.ts';
import { type Effect, keyOf, type Membership } from './world.ts';

/** Everything the effect says, as statements that stamp the version and the numbers which the commit draws. */
export function statements(
  db: Database,
  edits: readonly Effect[],
  effect: Effect,
  now: Instant,
): readonly CompiledQuery[] {
  const each = <Row>(rows: readonly Row[], write: (some: readonly Row[]) => CompiledQuery) =>
    chunks(rows).map(({ some }) => write(some));
  let before = 0;
  return [
    ...(effect.tickets.length > 0 ? [saveTickets(db, effect.tickets)] : []),
    ...each(effect.events, (some) => addEvents(db, some)),
    ...memberStatements(db, effect.memberships, now),
    ...each(effect.settled, (some) => addSettled(db, some, now)),
    ...each(effect.deviceCommands, (some) => addDeviceCommands(db, some)),
    ...effect.devices.map((device) => saveLast(db, device)),
    ...each(effect.suspects, (some) => addSuspects(db, some, now)),
    ...each(effect.cleared, (some) => removeSuspects(db, some)),
    ...each(effect.deviceless, (some) => revokeAll(db, some, now)),
    ...each(effect.quarantined, (some) => addQuarantined(db, some, now)),
    ...each(effect.pages, (some) => savePages(db, some)),
    ...each(effect.contactMethods, (some) => saveContactMethods(db, some, now)),
    ...effect.broken.map((method) => breakContactMethod(db, method, now)),
    ...each(effect.notifications, (some) => saveNotifications(db, some)),
    ...each(effect.attempts, (some) => addAttempts(db, some)),
    ...each(effect.dues, (some) => saveDues(db, some)),
    ...effect.contactMethods.flatMap(({ person }) => wakePages(db, person, now)),
    ...each(effect.disabled, (some) => armOwned(db, some, now)),
    ...each(effect.undue, (some) => removeDues(db, some)),
    ...each(effect.shifts, (some) =>
      removeShifts(
        db,
        some.map(({ schedule }) => schedule),
      ),
    ),
    ...each(shiftRows(effect), (some) => addShifts(db, some)),
    ...each(effect.shifts, (some) =>
      stampSchedules(
        db,
        some.map(({ schedule }) => schedule),
      ),
    ),
    ...each(effect.faults, (some) => saveFaults(db, some)),
    ...each(healedBy(effect, now), (some) => removeFaults(db, some)),
    ...edits.flatMap(({ changes, by }) => {
      const first = before;
      before += changes.length;
      return saveChanges(db, { changes, by, at: now, first });
    }),
  ];
}

/** Devices learn by marks what left; of a team's scope the ticket's own row says that it came. */
function memberStatements(
  db: Database,
  memberships: readonly Membership[],
  now: Instant,
): readonly CompiledQuery[] {
  if (memberships.length === 0) return [];
  const member = ({ person, ticket }: Membership) => (person === null ? [] : [{ person, ticket }]);
  const joined = memberships.filter(({ isIn }) => isIn).flatMap(member);
  const left = memberships.filter(({ isIn }) => !isIn);
  const marks = left.map(({ scope, ticket }) => ({ scope, entity: 'ticket' as const, id: ticket }));
  const gone = left.flatMap(member);
  return [
    ...chunks(joined).map(({ some }) => addMembers(db, some)),
    ...chunks(gone).map(({ some }) => removeMembers(db, some)),
    ...chunks(marks).map(({ some }) => saveLeft(db, some, now)),
  ];
}

/** Of a schedule that was made anew more than once, what was made last. */
function shiftRows({ shifts }: Effect) {
  const last = new Map(shifts.map((one) => [one.schedule, one.shifts]));
  return [...last].flatMap(([schedule, some]) => some.map((shift) => ({ ...shift, schedule })));
}

/** What threw is also over where it was done in another way: its deadline is gone, or lies in the future again. */
function healedBy({ healed, undue, dues, faults, tickets }: Effect, now: Instant) {
  const faulty = new Set(faults.map(keyOf));
  const fresh = new Set(
    tickets.flatMap(({ ticket, number }) => (number === null ? ticket.id : [])),
  );
  const putOff = dues.filter(
    ({ kind, id, dueAt }) => kind === 'ticket' && dueAt > now && !fresh.has(id),
  );
  return [...healed, ...undue, ...putOff].filter((deadline) => !faulty.has(keyOf(deadline)));
}

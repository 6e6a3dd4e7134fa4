import type { Instant } from '@rung/domain/base/time.ts';
import { chunks } from '../db/chunks.ts';
import {
  addMissed,
  breakContactMethod,
  removeContactMethods,
  saveAddress,
  saveCheck,
  saveContactMethods,
  saveShown,
  saveTold,
} from '../db/contact-methods.ts';
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
import { addFiles, stampFiles } from '../db/files.ts';
import { addMembers, removeMembers, saveLeft } from '../db/members.ts';
import { addAttempts, saveNotifications } from '../db/notifications.ts';
import type { CompiledQuery, Database } from '../db/open.ts';
import { savePages, wakePages } from '../db/pages.ts';
import { addSettled } from '../db/settled.ts';
import { addShifts, removeShifts, stampSchedules } from '../db/shifts.ts';
import { addEvents } from '../db/events.ts';
import { saveTickets } from '../db/tickets.ts';
import { type Effect, keyOf, type Membership, type Sign } from './world.ts';

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
    ...each(effect.files, (some) => addFiles(db, some)),
    ...each(effect.storedFiles, (some) => stampFiles(db, some, now)),
    ...each(effect.pages, (some) => savePages(db, some)),
    ...each(effect.contactMethods, (some) => saveContactMethods(db, some, now)),
    ...each(effect.removedMethods, (some) => removeContactMethods(db, some)),
    ...effect.addresses.map((method) => saveAddress(db, method)),
    ...effect.broken.map((method) => breakContactMethod(db, method, now)),
    ...signStatements(db, effect.signs, now),
    ...each(effect.notifications, (some) => saveNotifications(db, some)),
    ...each(effect.attempts, (some) => addAttempts(db, some)),
    ...each(effect.dues, (some) => saveDues(db, some)),
    ...each(effect.disabled, (some) => armOwned(db, some, now)),
    ...each(effect.undue, (some) => removeDues(db, some)),
    // After all that was made of pages and their deadlines: one that was given up in this very group waits again too.
    ...effect.contactMethods.flatMap((method) => wakePages(db, method, now)),
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

/** Of each contact method as its signs leave it: what it missed before it showed something is forgotten. */
function signStatements(
  db: Database,
  signs: readonly Sign[],
  now: Instant,
): readonly CompiledQuery[] {
  if (signs.length === 0) return [];
  const of = [...Map.groupBy(signs, ({ method }) => method)].map(([id, all]) => {
    const lastShown = all.findLastIndex(({ kind }) => kind === 'shown');
    return {
      id,
      isShown: lastShown >= 0,
      missed: all.slice(lastShown + 1).filter(({ kind }) => kind === 'missed').length,
      isTold: all.slice(lastShown + 1).some(({ kind }) => kind === 'told'),
      check: all.findLast((sign) => sign.kind === 'check'),
    };
  });
  const shown = of.flatMap(({ id, isShown }) => (isShown ? [id] : []));
  const told = of.flatMap(({ id, isTold }) => (isTold ? [id] : []));
  return [
    ...chunks(shown).map(({ some }) => saveShown(db, some, now)),
    ...chunks(told).map(({ some }) => saveTold(db, some, now)),
    ...of.flatMap(({ id, missed }) => (missed > 0 ? [addMissed(db, id, missed)] : [])),
    ...of.flatMap(({ id, check }) =>
      check === undefined ? [] : [saveCheck(db, { id, check: check.check })],
    ),
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

/** When people of the demo answer what they are asked, and how: by lot of what asks them, so that a restart changes nothing. */

import { lotOf } from '@rung/domain/base/lot.ts';
import type { Instant } from '@rung/domain/base/time.ts';
import { askForMs } from '@rung/domain/escalation/defaults.ts';
import { isOpen, isUnanswered, type Page, type Ticket } from '@rung/domain/ticket/ticket.ts';
import { type Act, isPlayed, seenOf, type World } from './world.ts';

const second = 1000;

/** Of ten who are asked one says no, and one comes later than the ladder waits. */
const share = { no: 0.1, late: 0.2 } as const;

/** How long one takes who is quick, and one who is late, ms from and to. */
const takes = {
  S1: { quick: [8, 80], late: [125, 200] },
  S2: { quick: [12, 150], late: [310, 480] },
  S3: { quick: [15, 240], late: [910, 1200] },
  S4: { quick: [20, 400], late: [600, 1500] },
} as const;

export type Planned = { readonly at: Instant; readonly act: Act };

/** What will be answered, the earliest first. */
export function answers(world: World): readonly Planned[] {
  const planned = world.tickets
    .filter(isOpen)
    .flatMap((ticket) => [
      ...ticket.pages
        .filter((page) => isUnanswered(page) && isPlayed(page.person, world))
        .map((page) => answerTo(page, ticket, world)),
      ...signOf(ticket, world),
    ]);
  return planned.toSorted((a, b) => a.at - b.at);
}

function answerTo(page: Page, ticket: Ticket, { playedSince }: World): Planned {
  const how = lotOf(`how ${page.id}`);
  // Behind the fallback there is nobody: he says yes, and soon.
  const isLast = ticket.run?.state === 'exhausted';
  const isNo = how < share.no && !isLast;
  const isLate = how >= share.no && how < share.late && !isLast;
  const [from, to] = takes[ticket.severity][isLate ? 'late' : 'quick'];
  const takesMs = (from + lotOf(`when ${page.id}`) * (to - from)) * second;
  const { person, id } = page;
  const command = isNo
    ? ({ name: 'decline', args: { ticket: ticket.id, page: id } } as const)
    : ({ name: 'acknowledge', args: { ticket: ticket.id, seen: seenOf(ticket) } } as const);
  const at = Math.round(Math.max(page.at, playedSince) + takesMs);
  return { at, act: { person, command, agoMs: 0, page: id } };
}

/** "Still on it?" */
function signOf(ticket: Ticket, world: World): readonly Planned[] {
  const { owner, expiry } = ticket;
  if (expiry?.isAsked !== true || !isPlayed(owner, world)) return [];
  const askedAt = Math.max(expiry.dueAt - askForMs, world.playedSince);
  const at = Math.round(askedAt + (15 + 120 * lotOf(`${ticket.id} ${expiry.dueAt}`)) * second);
  const args = { ticket: ticket.id, seen: seenOf(ticket), note: 'Still on it.' };
  const command = { name: 'progress', args } as const;
  return [{ at, act: { person: owner, command, agoMs: 0, page: null } }];
}

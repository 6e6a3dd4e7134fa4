/** Messages that are about no ticket: of pagers that work or do not, and of push services. */

import type { Instant } from '../base/time.ts';
import type { Directory } from '../directory/directory.ts';
import { enabledPerson } from '../directory/people.ts';
import { admins } from '../escalation/targets.ts';
import type { Message } from './message.ts';
import type { Says } from './says.ts';
import type { ContactMethod } from './notification.ts';

type Pager = Pick<ContactMethod, 'id' | 'person'>;

/**
 * A check of a contact method, to its person: as loud as a page, so that it shows what one is like. There is one at an
 * instant: whoever asks for another then is given this one.
 */
export function pagerWorks({ id, person }: Pager, now: Instant): Message {
  const says = 'pager-works';
  return {
    ...aboutNoTicket,
    id: idOf(id, now, says, 1),
    subject: person,
    person,
    isLoud: true,
    severity: 'S4',
    says,
  };
}

/** It is suspect now: to its person, and to who answers for him. */
export function pagerSilent(pager: Pager, directory: Directory, now: Instant): readonly Message[] {
  return about(pager, 'pager-silent', ownerAndLeads(pager.person, directory), now);
}

/** It is dead: to its person, by his others; where he has none that works, to who answers for him too. */
export function pagerLost(
  pager: Pager,
  hasOther: boolean,
  directory: Directory,
  now: Instant,
): readonly Message[] {
  const { person } = pager;
  return about(pager, 'pager-lost', hasOther ? [person] : ownerAndLeads(person, directory), now);
}

/** So long ago a contact method may have shown something last, and still counts as one that wakes its person, ms (domain.md, section 6). */
const provenForMs = 30 * 86_400_000;

/**
 * The fallback is paged, and for a month nothing of his has shown anything: all who administer hear of it beside him. Where
 * he has nothing at all they are paged themselves, as soon as that is known (escalation/ladder.ts).
 */
export function fallbackUnproven(
  page: Message,
  methods: readonly ContactMethod[],
  directory: Directory,
  now: Instant,
): readonly Message[] {
  const usable = methods.filter(({ brokenAt }) => brokenAt === null);
  const isProven = usable.some(({ shownAt }) => shownAt !== null && shownAt > now - provenForMs);
  if (usable.length === 0 || isProven) return [];
  return admins(directory)
    .filter((person) => person !== page.person)
    .map((person, n) => ({
      ...page,
      id: `${page.id}.${n + 1}`,
      page: null,
      subject: page.person,
      person,
      says: 'fallback-unproven',
    }));
}

/** How long after it was told last, ms, that a push service refuses us is told again. */
export const tellTroubleEveryMs = 3_600_000;

/** A push service, by its host, takes nothing from us: to all who administer. */
export function pushTrouble(host: string, directory: Directory, now: Instant): readonly Message[] {
  return admins(directory).map((person, n) => ({
    ...aboutNoTicket,
    id: `push.${host}.${now}.${n + 1}`,
    subject: host,
    person,
    isLoud: true,
    says: 'push-trouble',
  }));
}

const aboutNoTicket = { ticket: null, page: null, generation: 0, severity: 'S2' } as const;

function about(
  { id, person: subject }: Pager,
  says: Says,
  people: readonly string[],
  now: Instant,
): readonly Message[] {
  return people.map((person, n) => ({
    ...aboutNoTicket,
    id: idOf(id, now, says, n + 1),
    subject,
    person,
    isLoud: false,
    says,
  }));
}

/** With what it says: it may fall silent by one message and be lost by another at the same instant. */
function idOf(method: string, now: Instant, says: Says, n: number): string {
  return `pager.${method}.${now}.${says}.${n}`;
}

function ownerAndLeads(person: string, directory: Directory): readonly string[] {
  const teams = [...directory.team.values()].filter(({ members }) => members.includes(person));
  const leads = teams.flatMap(({ lead }) =>
    lead === null || lead === person || enabledPerson(directory, lead) === null ? [] : [lead],
  );
  return [...new Set([person, ...(leads.length > 0 ? leads.toSorted() : admins(directory))])];
}

/**
 * The one authorisation table (domain.md, section 7; trust.md, section 4).
 *
 * Who may do what is answered here and nowhere else: HTTP routes, commands, fields, search and exports all
 * ask `may`. A person acts through his roles; what he is to a ticket is a relation.
 */

import type { Role } from '../directory/directory.ts';

/**
 * Who asks. `anonymous` has no session; `operator` holds the machine (the command line, by the lock's token). A `device`
 * shows its own secret and no session; a `revoked-device` is one that was signed out or removed a short while ago.
 */
export type Actor =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'operator' }
  | {
      readonly kind: 'device' | 'revoked-device';
      readonly device: string;
      readonly person: string;
    }
  | { readonly kind: 'person'; readonly person: string; readonly roles: readonly Role[] };

export const anonymous: Actor = { kind: 'anonymous' };
export const operator: Actor = { kind: 'operator' };

/**
 * What the actor is to the thing acted on.
 * `owned`: he has it, alone or with others; `mine`: it is personal to him (scopes.ts, `audience`); `my-team`: it stands
 * with a team he is a member of; `my-led-team`: he leads that team; `my-client`: it is his company's; `other`: none of these.
 */
export type Relation = 'owned' | 'mine' | 'my-team' | 'my-led-team' | 'my-client' | 'other';

const everything = ['owned', 'mine', 'my-team', 'my-led-team', 'my-client', 'other'] as const;
const ownTeams = ['mine', 'my-team', 'my-led-team'] as const;
const ownCompany = ['mine', 'my-client'] as const;

type Who = Role | 'anonymous' | 'operator' | 'device' | 'revoked-device';
type Row = { readonly [W in Who]?: readonly Relation[] };

const everyone: Row = {
  anonymous: everything,
  operator: everything,
  device: everything,
  'revoked-device': everything,
  staff: everything,
  dispatcher: everything,
  manager: everything,
  admin: everything,
  client: everything,
};

const everyPerson: Row = {
  staff: everything,
  dispatcher: everything,
  manager: everything,
  admin: everything,
  client: everything,
};

/** Whoever of ours may read it. */
const colleagues: Row = {
  staff: ownTeams,
  dispatcher: everything,
  manager: everything,
  admin: everything,
};

/** Those who answer for it: its team's lead, and who looks over all. */
const leads: Row = {
  staff: ['my-led-team'],
  dispatcher: everything,
  manager: everything,
  admin: everything,
};

/** One's own, whatever one's role. */
function only(relation: Relation): Row {
  const own = [relation];
  return { staff: own, dispatcher: own, manager: own, admin: own };
}

/** Action x role -> the relations under which it is allowed. What is not written is forbidden. */
export const rights = {
  /** Health checks, the app's own files, signing in, first set-up with its token, a one-time link. */
  open: everyone,
  'session.end': everyPerson,
  'command.send': everyPerson,
  'ticket.report': { ...everyPerson, client: ownCompany },
  /** Clients read it as `portal.read` shows it. */
  'ticket.read': colleagues,
  'ticket.timeline': colleagues,
  /** The ticket as its client sees it (portal/portal-view.ts). */
  'portal.read': { client: ownCompany },
  'ticket.acknowledge': colleagues,
  'ticket.progress': colleagues,
  /** Words that the client reads. */
  'ticket.comment': { ...colleagues, client: ownCompany },
  'ticket.attach': colleagues,
  'ticket.raise': colleagues,
  'ticket.decline': only('mine'),
  'ticket.release': only('owned'),
  'ticket.lower': leads,
  'ticket.close': leads,
  'ticket.resolve': {
    staff: ['owned', 'my-led-team'],
    dispatcher: everything,
    manager: ['owned', 'my-led-team'],
    admin: ['owned', 'my-led-team'],
  },
  'ticket.transfer': {
    staff: ['owned', 'my-led-team'],
    dispatcher: everything,
    manager: everything,
    admin: everything,
  },
  'ticket.reopen': { ...colleagues, client: ownCompany },
  'reference.read': everyPerson,
  /** To hold tickets on a device: ours only. A client reads them over HTTP. */
  'sync.exchange': {
    staff: everything,
    dispatcher: everything,
    manager: everything,
    admin: everything,
  },
  /** To be told that something changed, and no more than that. */
  'live.listen': everyPerson,
  /** To take a device its rights: its person, or the device itself. */
  'device.remove': {
    staff: everything,
    dispatcher: everything,
    manager: everything,
    admin: everything,
    device: everything,
  },
  /** What a device does with its own secret: to say where it takes pages, what it showed, and its person's answer to a page. */
  'subscription.keep': { device: everything },
  'receipt.give': { device: everything },
  'page.answer': { device: everything },
  /** To leave what was typed where nobody reads it but the operator. */
  'dropbox.leave': { device: everything, 'revoked-device': everything },
  'directory.read': { operator: everything, manager: everything, admin: everything },
  'directory.apply': { operator: everything, admin: everything },
  'directory.invite': { operator: everything, admin: everything },
} as const satisfies Record<string, Row>;

export type Action = keyof typeof rights;
export const actions = Object.keys(rights) as readonly Action[];

/** Whether the actor may do this to something he stands in these relations to. No relation given: to anything at all. */
export function may(actor: Actor, action: Action, relations?: readonly Relation[]): boolean {
  const row: Row = rights[action];
  const who: readonly Who[] = actor.kind === 'person' ? actor.roles : [actor.kind];
  return who.some((one) => {
    const allowed = row[one] ?? [];
    return relations === undefined
      ? allowed.length > 0
      : relations.some((relation) => allowed.includes(relation));
  });
}

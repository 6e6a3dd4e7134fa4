/**
 * What a person can do to a ticket, as it stands before him. A button is offered exactly when its command would be
 * permitted and would change something: nobody is offered a refusal, nor a word that does nothing.
 */

import type { Instant } from '../base/time.ts';
import { severities, type Severity } from '../directory/directory.ts';
import type { Command } from '../ticket/commands.ts';
import { decide } from '../ticket/decide.ts';
import type { Fact } from '../ticket/events.ts';
import { isWaitingForSign, pageOf, type Ticket } from '../ticket/ticket.ts';
import { permits } from './permits.ts';
import type { Company } from './scopes.ts';

/** A command to a ticket that there is. */
export type Act = Exclude<Command['name'], 'report'>;

export const acts = [
  'acknowledge',
  'decline',
  'release',
  'progress',
  'comment',
  'change-severity',
  'transfer',
  'resolve',
  'close',
  'reopen',
  'attach',
] as const satisfies readonly Act[];

/** Whose hands they are, what he knows of the company, and what time it is for the server, as far as he knows. */
export type Hands = {
  readonly person: string;
  readonly company: Company;
  readonly now: Instant;
};

/** What he can do to it now. */
export function actsOf(ticket: Ticket, hands: Hands): ReadonlySet<Act> {
  return new Set(acts.filter((act) => samples(act, ticket, hands).some(isOffered(ticket, hands))));
}

/** The severities that he can change it to. */
export function severitiesFor(ticket: Ticket, hands: Hands): readonly Severity[] {
  return severities.filter((severity) => isOffered(ticket, hands)(rated(ticket, severity)));
}

/** Whether the command, given now by what stands before him, would be permitted and change something. */
function isOffered(ticket: Ticket, { person, company, now }: Hands): (command: Command) => boolean {
  return (command) => {
    if (permits(person, command, ticket, company, now) !== 'yes') return false;
    const acting = { by: person, actedAt: now, ackExpiresAt: null };
    const decided = decide(ticket, command, acting, now);
    return decided.ok && decided.value.facts.some((fact) => isChange(ticket, person, fact));
  };
}

/** One command per act that shows whether there is any; of a change of severity all, because the rights differ. */
function samples(act: Act, ticket: Ticket, { person, company }: Hands): readonly Command[] {
  const { id } = ticket;
  const seen = { generation: ticket.generation, severity: ticket.severity };
  switch (act) {
    case 'acknowledge':
      return [{ name: act, args: { ticket: id, seen } }];
    case 'decline': {
      const page = pageOf(ticket, person);
      return page === null ? [] : [{ name: act, args: { ticket: id, page: page.id } }];
    }
    case 'release':
    case 'close':
      return [{ name: act, args: { ticket: id } }];
    case 'progress':
      return [{ name: act, args: { ticket: id, seen, note: '.' } }];
    case 'comment':
      // Of what is nobody's but ours there is no client to read it.
      return ticket.client === null ? [] : [{ name: act, args: { ticket: id, note: '.' } }];
    case 'change-severity':
      return severities.map((severity) => rated(ticket, severity));
    case 'transfer': {
      const other = [...company.team.keys()].find((team) => team !== ticket.team);
      const args = { ticket: id, seen, note: '' };
      return other === undefined ? [] : [{ name: act, args: { ...args, team: other } }];
    }
    case 'resolve':
      return [{ name: act, args: { ticket: id, seen, resolution: '' } }];
    case 'reopen':
      return [{ name: act, args: { ticket: id, reason: '' } }];
    case 'attach': {
      const args = { file: '', hash: '', size: 1, type: 'image/jpeg', thumbnail: null } as const;
      return [{ name: act, args: { ticket: id, ...args } }];
    }
  }
}

function rated({ id, generation, severity: from }: Ticket, severity: Severity): Command {
  const seen = { generation, severity: from };
  return { name: 'change-severity', args: { ticket: id, seen, severity, reason: '' } };
}

/** Words change something by standing in the log. What carries no words has to do more than that. */
function isChange(ticket: Ticket, person: string, fact: Fact): boolean {
  switch (fact.name) {
    case 'acknowledged': {
      const { effect } = fact.args;
      // Whoever has it says so again only where he is asked.
      const isAsked = isWaitingForSign(ticket) || pageOf(ticket, person) !== null;
      return effect === 'acked' || effect === 'joined' || (effect === 'renewed' && isAsked);
    }
    case 'severity-changed':
      return fact.args.from !== fact.args.to;
    case 'transferred':
      return fact.args.effect === 'transferred';
    case 'resolved':
      return fact.args.effect === 'resolved';
    case 'reopened':
      return fact.args.effect === 'reopened';
    default:
      return true;
  }
}

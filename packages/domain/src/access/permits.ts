import type { Instant } from '../base/time.ts';
import type { Command } from '../ticket/commands.ts';
import { resolveEffect } from '../ticket/late-ack.ts';
import { isWorse, type Ticket } from '../ticket/ticket.ts';
import { type Action, type Actor, may, type Relation } from './may.ts';
import { relationsThen, relationsTo } from './relations.ts';
import type { Company } from './scopes.ts';

/**
 * Whether the person may do this to the ticket as the directory says (domain.md, section 7). `unknown`: he may not
 * even know of it, and must be answered as if it were not there; an answer to what he saw while he might counts still,
 * and lets him read nothing. `ticket` null = there is none with that id. `actedAt`: when he did it, as far as it can be
 * believed.
 */
export function permits(
  person: string,
  command: Command,
  ticket: Ticket | null,
  directory: Company,
  actedAt: Instant,
): 'yes' | 'no' | 'unknown' {
  const known = directory.person.get(person);
  if (known === undefined || known.disabled) return 'no';
  const actor = { kind: 'person', person, roles: known.roles } as const;
  if (command.name === 'report') {
    const isTaking = command.args.take && !may(actor, 'ticket.acknowledge');
    return may(actor, 'ticket.report') && !isTaking ? 'yes' : 'no';
  }
  if (ticket === null) return 'unknown';
  const relations = relationsTo(ticket, person, directory);
  const reads = may(actor, 'ticket.read', relations) || may(actor, 'portal.read', relations);
  if (!reads) {
    return mayStillAnswer(actor, command, ticket, directory) ? 'yes' : 'unknown';
  }
  return may(actor, actionOf(command, ticket), standing(ticket, relations, actedAt)) ? 'yes' : 'no';
}

/** By what he saw before it was taken out of his sight: such an answer is only noted, or a proposal (late-ack.ts). */
function mayStillAnswer(
  actor: Actor & { readonly kind: 'person' },
  command: Exclude<Command, { name: 'report' }>,
  ticket: Ticket,
  directory: Company,
): boolean {
  const { name, args } = command;
  if (name !== 'acknowledge' && name !== 'progress' && name !== 'resolve') return false;
  const then = relationsThen(ticket, actor.person, args.seen.generation, directory);
  return may(actor, actionOf(command, ticket), then);
}

function actionOf(command: Exclude<Command, { name: 'report' }>, ticket: Ticket): Action {
  switch (command.name) {
    case 'acknowledge':
      return 'ticket.acknowledge';
    case 'decline':
      return 'ticket.decline';
    case 'release':
      return 'ticket.release';
    case 'progress':
      return 'ticket.progress';
    case 'comment':
      return 'ticket.comment';
    case 'change-severity':
      // By what he saw, as it is decided: whoever meant to raise never lowers what was raised higher meanwhile.
      return isWorse(command.args.seen.severity, command.args.severity)
        ? 'ticket.lower'
        : 'ticket.raise';
    case 'transfer':
      return 'ticket.transfer';
    case 'resolve':
      // What is only proposed, or only noted, changes nothing.
      return resolveEffect(ticket, command.args.seen) === 'resolved'
        ? 'ticket.resolve'
        : 'ticket.progress';
    case 'close':
      return 'ticket.close';
    case 'reopen':
      return 'ticket.reopen';
    case 'attach':
      return 'ticket.attach';
  }
}

/**
 * A resolve or a transfer implies the acknowledgement: where nobody has the ticket, whoever acts takes it; so too where
 * somebody took it only after he had acted, without net (such a transfer is then refused for that: decide.ts).
 */
function standing(
  { owner, ownedSince }: Ticket,
  relations: readonly Relation[],
  actedAt: Instant,
): readonly Relation[] {
  const isInTeam = relations.some((one) => one === 'mine' || one === 'my-team');
  const isFree = owner === null || (ownedSince !== null && actedAt < ownedSince);
  return isFree && isInTeam ? [...relations, 'owned'] : relations;
}

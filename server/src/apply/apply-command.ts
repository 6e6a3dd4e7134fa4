import type { Instant } from '@rung/domain/base/time.ts';
import { must } from '@rung/domain/base/must.ts';
import { type Actor, may } from '@rung/domain/access/may.ts';
import { route } from '@rung/domain/escalation/route.ts';
import type { Command } from '@rung/domain/ticket/commands.ts';
import { decide } from '@rung/domain/ticket/decide.ts';
import type { Consequence, Fact, TicketEvent } from '@rung/domain/ticket/events.ts';
import { evolve } from '@rung/domain/ticket/evolve.ts';
import type { Refusal } from '@rung/domain/ticket/refusals.ts';
import type { Settled } from '../db/settled.ts';
import { type Effect, type Kept, noEffect, type World } from './world.ts';

/** A command as it arrived, and whose it is. */
export type ArrivedCommand = {
  readonly uid: string;
  /** What the device's clock said. */
  readonly at: Instant;
  readonly person: string;
  readonly command: Command;
};

/**
 * One command against the world: settled already, or may, decide, route, evolve. In memory; the effect is what the
 * group writes. A refusal is settled too, so that a repeat answers the same.
 */
export function applyCommand(
  world: World,
  { uid, at, person, command }: ArrivedCommand,
): { readonly settled: Settled; readonly effect: Effect } {
  const before = world.settled.get(uid);
  // A uid is one person's for ever: somebody else's is answered like one that was never there to be used.
  if (before !== undefined && before.person === person)
    return { settled: before, effect: noEffect };
  if (before !== undefined) return rejected({ kind: 'not-permitted' });

  const reporter = must(world.directory.person.get(person), `a command of nobody: ${person}`);
  const actor: Actor = { kind: 'person', person, roles: reporter.roles };
  if (reporter.disabled || !may(actor, 'ticket.report')) return rejected({ kind: 'not-permitted' });
  const id = command.args.ticket;
  const kept = world.tickets.get(id);

  const decided = decide(kept?.ticket ?? null, command, world.now);
  if (!decided.ok) return rejected(decided.refusal);
  const routed = route(decided.value, reporter, world.directory);
  if (!routed.ok) return rejected(routed.refusal);

  const after = append(kept ?? null, id, decided.value, routed.value, {
    uid,
    at,
    person,
    now: world.now,
  });
  const settled: Settled = { uid, outcome: 'applied', code: null, ticket: id, person };
  return {
    settled,
    effect: { ...noEffect, tickets: [after.kept], events: after.events, settled: [settled] },
  };

  function rejected(refusal: Refusal) {
    const settled: Settled = { uid, outcome: 'rejected', code: refusal.kind, ticket: null, person };
    // Somebody else's uid must stay his: nothing is written about it.
    const effect = before === undefined ? { ...noEffect, settled: [settled] } : noEffect;
    return { settled, effect };
  }
}

/** Numbers the events after the ticket's last, says what each came from, and folds them. */
function append(
  kept: Kept | null,
  id: string,
  facts: readonly Fact[],
  consequences: readonly Consequence[],
  from: Pick<ArrivedCommand, 'uid' | 'at' | 'person'> & { readonly now: Instant },
): { readonly kept: Kept; readonly events: readonly TicketEvent[] } {
  const first = (kept?.seq ?? 0) + 1;
  const lastFact = first + facts.length - 1;
  const events: readonly TicketEvent[] = [
    ...facts.map((fact, n) => ({
      ...fact,
      seq: first + n,
      claimedAt: from.at,
      cause: n === 0 ? from.uid : `${from.uid}.${n}`,
    })),
    ...consequences.map((consequence, n) => ({
      ...consequence,
      seq: lastFact + 1 + n,
      claimedAt: null,
      cause: `${id}.${lastFact}.${n + 1}`,
    })),
  ].map((event) => ({ ...event, ticket: id, by: from.person, recordedAt: from.now }));

  const ticket = events.reduce<Kept['ticket'] | null>(evolve, kept?.ticket ?? null);
  return {
    kept: {
      ticket: must(ticket, `${id} has no events`),
      seq: lastFact + consequences.length,
      number: kept?.number ?? null,
    },
    events,
  };
}

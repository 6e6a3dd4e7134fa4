import { accept, refuse, type Result } from '../base/result.ts';
import { policyVersionFor } from '../directory/policy-for.ts';
import type { Consequence, Transferred } from '../ticket/events.ts';
import { running } from '../ticket/run-pages.ts';
import type { Refusal } from '../ticket/refusals.ts';
import type { Ticket } from '../ticket/ticket.ts';
import { begin, fire } from './climb.ts';
import { firstStep } from './ladder.ts';
import type { Context } from './targets.ts';

/**
 * What follows from a transfer: the ticket stands with the team that was named, pinned to the policy of its type and
 * severity there, and that ladder is climbed from its first step, at once. Client and site stay, and so does
 * `reportedAt`, from which the client's clocks count. Who passed it on is not asked at once to take it back, unless
 * there is nobody else. Nobody of the team is asked first whether they take it: see `Transferred`.
 */
export function routeTransfer(
  ticket: Ticket,
  { effect, team, had }: Transferred['args'],
  by: string,
  context: Context,
): Result<readonly Consequence[], Refusal> {
  const { directory, now } = context;
  if (effect === 'noted') return accept([]);
  if (!directory.team.has(team)) return refuse({ kind: 'unknown-team' });
  const { client, site, type, severity } = ticket;
  const policyVersion = policyVersionFor(directory, { client, team, type, severity });
  const run = begin(ticket, policyVersion, 'transferred');
  return accept([
    { name: 'routed', args: { team, client, site, policyVersion } },
    run,
    ...fire(running(ticket, run.args), firstStep, now, context, { spared: by }),
    // He too: he keeps sight of what he passed on.
    { name: 'informed', args: { people: [...new Set([...had, by])], why: 'transferred' } },
  ]);
}

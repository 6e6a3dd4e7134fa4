import { accept, refuse, type Result } from '../base/result.ts';
import type { Instant } from '../base/time.ts';
import type { Command } from './commands.ts';
import type { Fact } from './events.ts';
import type { Refusal } from './refusals.ts';
import type { Ticket } from './ticket.ts';

/**
 * What a command makes of a ticket, by its state alone: the same on the phone (optimistic) and on the server
 * (authoritative). `ticket` null = there is none with that id yet.
 */
export function decide(
  ticket: Ticket | null,
  command: Command,
  now: Instant,
): Result<readonly Fact[], Refusal> {
  if (ticket !== null) return refuse({ kind: 'already-reported' });
  const { ticket: _id, ...said } = command.args;
  return accept([{ name: 'reported', args: { ...said, reportedAt: now } }]);
}

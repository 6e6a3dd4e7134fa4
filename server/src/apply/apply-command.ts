import { must } from '@rung/domain/base/must.ts';
import type { Instant } from '@rung/domain/base/time.ts';
import { permits } from '@rung/domain/access/permits.ts';
import { carryOut } from '@rung/domain/escalation/carry-out.ts';
import { type Claim, claimedAt } from '@rung/domain/ticket/claimed-at.ts';
import type { Attach, Command } from '@rung/domain/ticket/commands.ts';
import type { Refusal } from '@rung/domain/ticket/refusals.ts';
import type { Ticket } from '@rung/domain/ticket/ticket.ts';
import type { FileRow } from '../db/files.ts';
import type { Settled } from '../db/settled.ts';
import { grown, logOf } from './grown.ts';
import type { Item } from './item.ts';
import { type Effect, noEffect, type World } from './world.ts';

/** A command as it arrived, and whose it is. */
export type ArrivedCommand = {
  readonly uid: string;
  readonly claim: Claim;
  readonly person: string;
  readonly command: Command;
  /** When its device was heard before: it was not given earlier. Missing = it has no device. */
  readonly contactAt?: Instant;
};

/**
 * One command against the world: settled already, or may, decide, route, evolve. In memory; the effect is what the
 * group writes. A refusal is settled too, so that a repeat answers the same.
 */
export function commandItem(arrived: ArrivedCommand): Item<Settled> {
  const { uid, command } = arrived;
  return {
    uid,
    ...neededFor(command),
    asOf: (world) => actedWhilePermitted(world, arrived),
    apply(world) {
      const { settled, effect } = applyCommand(world, arrived);
      return { answer: settled, effect };
    },
  };
}

/** What must be loaded for it. */
export function neededFor(command: Command): Pick<Item, 'tickets' | 'files'> {
  const tickets = [command.args.ticket];
  return command.name === 'attach' ? { tickets, files: [command.args.file] } : { tickets };
}

/** The same, for whoever has an item of his own for it. */
export function applyCommand(
  world: World,
  arrived: ArrivedCommand,
): { readonly settled: Settled; readonly effect: Effect } {
  const { uid, person, command } = arrived;
  const before = world.settled.get(uid);
  // A uid is one person's for ever: somebody else's is answered like one that was never there to be used.
  if (before !== undefined && before.person === person) {
    const isOther = before.ticket !== null && before.ticket !== command.args.ticket;
    return isOther ? rejected({ kind: 'uid-used' }) : { settled: before, effect: noEffect };
  }
  if (before !== undefined) return rejected({ kind: 'not-permitted' });

  const kept = world.tickets.get(command.args.ticket)?.() ?? null;
  const ticket = kept?.ticket ?? null;
  const acted = believed(world, arrived, ticket);
  const answer = permission(world, arrived, ticket, acted.actedAt);
  if (answer === 'unknown') return rejected({ kind: 'unknown-ticket' });
  if (answer === 'no') return rejected({ kind: 'not-permitted' });
  if (command.name === 'attach' && world.files.has(command.args.file)) {
    return rejected({ kind: 'file-used' });
  }

  const doer = {
    key: person,
    person: must(world.directory.person.get(person), `a command of nobody: ${person}`),
  };
  const done = carryOut(logOf(kept), { uid, command, doer, ...acted }, world);
  if (!done.ok) return rejected(done.refusal);
  const { log, code } = done.value;
  const outcome = log.added.length === 0 ? ('noop' as const) : ('applied' as const);
  const settled: Settled = { uid, outcome, code, ticket: command.args.ticket, person };
  const files = command.name === 'attach' ? [declared(command, person, world.now)] : [];
  return { settled, effect: { ...grown(kept, log), settled: [settled], files } };

  function rejected(refusal: Refusal) {
    const settled: Settled = { uid, outcome: 'rejected', code: refusal.kind, ticket: null, person };
    // Somebody else's uid must stay his: nothing is written about it.
    const effect = before === undefined ? { ...noEffect, settled: [settled] } : noEffect;
    return { settled, effect };
  }
}

function declared({ args }: Attach, person: string, createdAt: Instant): FileRow {
  const { file: id, ticket, hash, size, type } = args;
  return { id, ticket, person, hash, size, type, createdAt, storedAt: null };
}

/**
 * When he acted, as far as it can be believed. What the server knows must have come before: his device's last contact,
 * the first page that he got, else the ticket itself.
 */
function believed(
  world: World,
  { claim, person, contactAt = 0 }: ArrivedCommand,
  ticket: Ticket | null,
) {
  const page = ticket?.pages.find((one) => one.person === person);
  const known = page?.firstAt ?? ticket?.reportedAt ?? 0;
  const lower = Math.max(known, contactAt, world.now - oldestMs);
  const { at, isFlagged } = claimedAt(claim, lower, world.now);
  return { claimedAt: at, actedAt: isFlagged ? world.now : at };
}

/** No device is believed to have kept something longer than this. */
const oldestMs = 30 * 86_400_000;

/** As the directory says now; an answer counts too where it was permitted when it was given (domain.md, "Late ack"). */
function permission(
  world: World,
  { uid, person, command }: ArrivedCommand,
  ticket: Ticket | null,
  actedAt: Instant,
): ReturnType<typeof permits> {
  const now = permits(person, command, ticket, world.directory, actedAt);
  if (now === 'yes') return now;
  const past = world.past.get(uid);
  const isPermittedThen =
    past !== undefined && permits(person, command, ticket, past, actedAt) === 'yes';
  return isPermittedThen ? 'yes' : now;
}

/** When an answer was given that is not permitted now: the directory as of then must be loaded. null = it need not. */
export function actedWhilePermitted(world: World, arrived: ArrivedCommand): Instant | null {
  const { person, command } = arrived;
  const ticket = world.tickets.get(command.args.ticket)?.().ticket ?? null;
  const isAnswer = ['acknowledge', 'progress', 'resolve'].includes(command.name);
  if (!isAnswer || ticket === null) return null;
  const { actedAt } = believed(world, arrived, ticket);
  if (permits(person, command, ticket, world.directory, actedAt) === 'yes') return null;
  return actedAt === world.now ? null : actedAt;
}

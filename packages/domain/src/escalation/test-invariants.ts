/** What must hold after whatever happened (domain.md, section 8). Each answers what is wrong; nothing = all is well. */

import { audience } from '../access/scopes.ts';
import type { TicketEvent } from '../ticket/events.ts';
import { engine } from '../ticket/events.ts';
import { evolve } from '../ticket/evolve.ts';
import { nextDue } from '../ticket/next-due.ts';
import { isOpen, isSeeking, isUnanswered, type Ticket } from '../ticket/ticket.ts';
import type { Happened } from './test-world.ts';

type Wrong = readonly (string | false)[];

/** Throws where the ticket as it came to rest, or any event on the way there, breaks what must hold. */
export function hold({ before, added, after, now }: Happened): void {
  let stands = before;
  for (const [n, event] of added.entries()) {
    const was = stands;
    stands = evolve(was, event);
    const isLast = event.name === 'rung-fired' && added[n + 1]?.name !== 'rung-armed';
    complain([isLast && 'a rung fired, and nothing follows (10)'], event);
    complain(was === null ? [] : [...atEvent(was, event), ...between(was, event, stands)], event);
    complain([isAskedAgain(added, event) && 'who passed it on is asked beside others'], event);
  }
  complain(atRest(after, now), added);
}

/** Throws where the log is not numbered without gaps, or its events do not come from something of their own each. */
export function holdTogether(log: readonly TicketEvent[]): void {
  const causes = new Set(log.map(({ cause }) => cause));
  complain(
    [
      causes.size !== log.length && 'two events have one cause',
      log.some(({ seq }, n) => seq !== n + 1) && 'the numbers have a gap',
    ],
    log,
  );
  const fired = new Set<string>();
  for (const event of log) {
    const [, from] = /^\w{26}\.(\d+)\.\d+$/.exec(event.cause) ?? [];
    const isFact = event.claimedAt !== null;
    complain(
      [
        isFact !== (from === undefined) &&
          'a consequence names what it followed from, a fact does not',
        from !== undefined &&
          !(Number(from) < event.seq && Number(from) > 0) &&
          'it came before its cause',
        event.by === engine && isFact && 'time says what only people say',
      ],
      event,
    );
    if (event.name === 'released') fired.clear();
    if (event.name !== 'rung-fired') continue;
    const rung = JSON.stringify([event.args.run, event.args.rung]);
    complain([fired.has(rung) && 'a rung fired twice in a run (12)'], event);
    fired.add(rung);
  }
}

function atRest(ticket: Ticket, now: number): Wrong {
  const { run, owner, pages, generation } = ticket;
  const due = nextDue(ticket);
  const isTrusted = run?.state === 'acked' && owner !== null && ticket.severity === 'S4';
  const people = new Set(pages.map(({ person }) => person));
  const former = [
    ...ticket.formerTeams.map(({ team, until }) => [`team ${team}`, until] as const),
    ...ticket.formerAudience.map(({ person, until }) => [person, until] as const),
  ];
  return [
    isSeeking(ticket) !== (run?.armed != null) && 'a run that seeks is armed, any other is not (1)',
    isOpen(ticket) && due === null && !isTrusted && 'nothing will ever happen to it (1)',
    isOpen(ticket) && owner === null && !isSeeking(ticket) && 'nobody has it, nobody is asked (3)',
    isOpen(ticket) && run?.generation !== generation && 'its run is of an older generation',
    isOpen(ticket) === (run?.state === 'done') && 'its run is over when it is, and only then',
    !isSeeking(ticket) && pages.some(({ state }) => state === 'open') && 'a page waits for nothing',
    ticket.expiry !== null && run?.state !== 'acked' && 'nobody has what expires',
    people.size !== pages.length && 'somebody has two pages',
    pages.some((page) => page.generation > generation) && 'a page is of a generation to come',
    ticket.coResponders.includes(owner ?? '') && 'the owner helps himself',
    (ticket.phase === 'closed') !== (ticket.closedAt !== null) &&
      'closed at no time, or not closed',
    ticket.isPutAway && ticket.phase !== 'closed' && 'it is put away, and not closed',
    new Set(ticket.informed).size !== ticket.informed.length && 'somebody is told twice',
    ...former.map(
      ([who, until]) =>
        isOpen(ticket) && until >= generation && `${who} is former, and of this generation`,
    ),
    new Set(former.map(([who]) => who)).size !== former.length && 'somebody is former twice',
    due !== null && due < 0 && `due before all times at ${now}`,
  ];
}

function atEvent(was: Ticket, event: TicketEvent): Wrong {
  const { run } = was;
  switch (event.name) {
    case 'rung-fired':
    case 'paged': {
      const people = event.name === 'paged' ? [event.args] : event.args.pages;
      const has = (person: string) =>
        was.pages.some(
          (page) =>
            page.person === person && page.state === 'acked' && page.generation === was.generation,
        );
      return [
        !isSeeking(was) && 'a rung fired though somebody has it, or it is over (13)',
        people.some(({ person }) => has(person) && !run?.released.includes(person)) &&
          'somebody was paged who has it (7)',
        !isLast(event) &&
          people.some(({ person }) => run?.released.includes(person)) &&
          'he took it back (7)',
      ];
    }
    case 'rung-armed': {
      const { because, dueAt } = event.args;
      const isNow = dueAt === event.recordedAt;
      return [
        event.args.run !== run?.n && 'a rung of another run is armed',
        dueAt < event.recordedAt && 'a rung is armed in the past (12)',
        because === 'unanswered'
          ? !isNow && 'it waits, though nobody will answer'
          : isNow && 'it does not wait (6)',
      ];
    }
    case 'expiry-asked':
      return [
        event.args.dueAt !== null && was.expiry?.isAsked === true && 'he was asked already',
        event.args.dueAt !== null && event.args.person !== was.owner && 'somebody else was asked',
      ];
    default:
      return [];
  }
}

function between(was: Ticket, event: TicketEvent, is: Ticket): Wrong {
  const isBack = event.name === 'reopened';
  const isMoved = event.name === 'transferred' && event.args.effect === 'transferred';
  const isTriggered = is.generation > was.generation;
  const isForgotten = event.name === 'put-away' || (isBack && event.args.effect === 'reopened');
  const audienceNow = audience(is);
  const gone = audience(was).filter((person) => !audienceNow.includes(person));
  const until = was.generation;
  const isKept = (person: string) =>
    is.formerAudience.some((one) => one.person === person && one.until === until);
  const created = is.pages.filter(({ seq }) => seq === event.seq);
  return [
    is.generation < was.generation && 'a generation went back (2)',
    is.generation > was.generation + 1 && 'a generation was skipped (2)',
    created.some((page) => page.generation !== is.generation) &&
      'a page of an older generation (2)',
    created.some((page) => page.run !== is.run?.n) && 'a page of another run',
    was.phase === 'resolved' && isOpen(is) && !isBack && 'it came back by itself (4)',
    is.team !== was.team && !isMoved && event.name !== 'routed' && 'it changed teams by itself',
    isMoved && (!isTriggered || is.owner !== null) && 'a transfer left it with whoever had it',
    isMoved && is.pages.some(isUnanswered) && 'a transfer left a page to the team before (2)',
    isMoved &&
      !is.formerTeams.some((one) => one.team === was.team && one.until === until) &&
      'the team that it left may not answer any more',
    gone.length > 0 && !isForgotten && 'somebody lost sight of it',
    gone.some((person) => !isKept(person)) && 'who lost sight of it may not answer any more',
    isMoved && !audienceNow.includes(event.by) && 'who passed it on lost sight of it',
    is.reportedAt !== was.reportedAt && 'the client’s clock began anew',
    was.phase === 'closed' && is.phase !== 'closed' && !isBack && 'it came back by itself (4)',
  ];
}

/** By the step that his transfer fired. */
function isAskedAgain(added: readonly TicketEvent[], event: TicketEvent): boolean {
  if (event.name !== 'rung-fired' || event.by === engine) return false;
  const isMoved = added.some(({ name }) => name === 'transferred');
  const { pages } = event.args;
  return isMoved && pages.length > 1 && pages.some(({ person }) => person === event.by);
}

function complain(wrong: Wrong, about: unknown): void {
  const found = wrong.filter((one) => one !== false);
  if (found.length > 0) throw new Error(`${found.join('; ')}: ${JSON.stringify(about)}`);
}

/** Behind the admins there is nobody: they are asked, whatever they said. */
function isLast(event: TicketEvent): boolean {
  if (event.name !== 'rung-fired') return false;
  const { rung } = event.args;
  return rung.kind === 'fallback' && rung.withAdmins;
}

import { type Action, type Actor, may } from '@rung/domain/access/may.ts';
import { relationsTo } from '@rung/domain/access/relations.ts';
import type { Directory } from '@rung/domain/directory/directory.ts';
import { portalView } from '@rung/domain/portal/portal-view.ts';
import type { TicketEvent } from '@rung/domain/ticket/events.ts';
import type { Rung, Ticket } from '@rung/domain/ticket/ticket.ts';
import {
  type ReferenceView,
  type TicketList,
  ticketsBefore,
  type Timeline,
  type TicketView,
} from '@rung/protocol/ticket-view.ts';
import { ulid } from '@rung/protocol/text.ts';
import { type Context, Hono } from 'hono';
import * as v from 'valibot';
import { eventsOf } from '../db/events.ts';
import { newestTickets, type Readable } from '../db/ticket-lists.ts';
import { ticketById, type TicketRow } from '../db/tickets.ts';
import { readQuery } from './body.ts';
import { guard } from './guard.ts';
import { notFound } from './problem.ts';
import type { Env, Parts } from './parts.ts';

const most = 100;

/** Reading tickets over HTTP. */
export function ticketRoutes(parts: Parts): Hono<Env> {
  return new Hono<Env>()
    .get('/', guard(parts, 'GET /api/tickets'), async (c) => {
      const { actor, directory } = c.var;
      const before = readQuery(c, 'before', ticketsBefore);
      const readable = readableBy(actor, directory);
      // One more than is shown tells whether there are older ones.
      let leftOut = 0;
      const unreadable = (ticket: string, error: unknown) => {
        leftOut += 1;
        parts.log.error('a ticket cannot be read; the list leaves it out', { ticket, error });
      };
      const rows = await newestTickets(parts.db, readable, most + 1, { before, unreadable });
      const tickets = rows
        .slice(0, most)
        .filter(({ ticket }) => mayRead(actor, ticket, directory))
        .map((row) => viewOf(row, actor, directory));
      return c.json({ tickets, hasMore: rows.length + leftOut > most } satisfies TicketList);
    })

    .get('/:id', guard(parts, 'GET /api/tickets/:id'), async (c) => {
      const { actor, directory } = c.var;
      return c.json(viewOf(await readable(c, 'ticket.read'), actor, directory));
    })

    .get('/:id/timeline', guard(parts, 'GET /api/tickets/:id/timeline'), async (c) => {
      const { ticket } = await readable(c, 'ticket.timeline');
      return c.json(timelineOf(ticket, await eventsOf(parts.db, ticket.id)));
    });

  /** The ticket of the address. Unknown and foreign answer alike. */
  async function readable(c: Context<Env>, action: Action): Promise<TicketRow> {
    const { actor, directory } = c.var;
    const id = v.safeParse(ulid, c.req.param('id'));
    const row = id.success ? await ticketById(parts.db, id.output) : null;
    if (row === null || !mayOn(actor, action, row.ticket, directory)) throw notFound();
    return row;
  }
}

function timelineOf(ticket: Ticket, events: readonly TicketEvent[]): Timeline {
  const { owner, coResponders, expiry, run, pages } = ticket;
  const next = run?.armed ?? null;
  return {
    owner,
    coResponders: [...coResponders],
    expiresAt: expiry?.dueAt ?? null,
    run:
      run === null
        ? null
        : {
            n: run.n,
            state: run.state,
            next: next === null ? null : { rung: rungText(next.rung), dueAt: next.dueAt },
          },
    pages: pages.map(({ id, person, at, state }) => ({ id, person, at, state })),
    events: events.map(({ seq, name, by, recordedAt, claimedAt, args }) => {
      return { seq, name, by, recordedAt, claimedAt, args: { ...args } };
    }),
  };
}

function rungText(rung: Rung): string {
  if (rung.kind === 'step') return `${rung.lap}.${rung.step}`;
  return rung.kind === 'fallback' ? `fallback ${rung.time}` : rung.kind;
}

/** The names that a report form offers. */
export function referenceRoutes(parts: Parts): Hono<Env> {
  return new Hono<Env>().get('/', guard(parts, 'GET /api/reference'), (c) => {
    const { actor, directory } = c.var;
    const client = personOf(actor, directory)?.client ?? null;
    const sites = [...directory.site]
      .filter(([, site]) => client === null || site.client === client)
      .map(([key, site]) => ({
        key,
        name: site.name,
        client: directory.client.get(site.client)?.name ?? '',
      }))
      .sort((a, b) => a.name.localeCompare(b.name) || (a.key < b.key ? -1 : 1));
    return c.json({ sites } satisfies ReferenceView);
  });
}

function mayRead(actor: Actor, ticket: Ticket, directory: Directory): boolean {
  return mayOn(actor, 'ticket.read', ticket, directory);
}

/** Whether he may do this to it, by what he is to it. */
export function mayOn(actor: Actor, action: Action, ticket: Ticket, directory: Directory): boolean {
  const person = actor.kind === 'person' ? actor.person : '';
  return may(actor, action, relationsTo(ticket, person, directory));
}

/** A first cut for the database, never wider than what `mayRead` then lets through plus what it drops. */
function readableBy(actor: Actor, directory: Directory): Readable {
  if (may(actor, 'ticket.read', ['other'])) return { all: true };
  const key = actor.kind === 'person' ? actor.person : '';
  const teams = [...directory.team]
    .filter(([, team]) => team.lead === key || team.members.includes(key))
    .map(([team]) => team);
  const person = directory.person.get(key);
  const client = person?.ownTicketsOnly === true ? null : (person?.client ?? null);
  return { all: false, teams, client, person: key };
}

function personOf(actor: Actor, directory: Directory) {
  return actor.kind === 'person' ? directory.person.get(actor.person) : undefined;
}

function viewOf({ ticket, number }: TicketRow, actor: Actor, directory: Directory): TicketView {
  const isClient = personOf(actor, directory)?.client !== null;
  const { reportedBy, site, ...rest } = portalView(ticket);
  const team = isClient || ticket.team === null ? undefined : directory.team.get(ticket.team);
  return {
    ...rest,
    number,
    site: site === null ? null : { key: site, name: directory.site.get(site)?.name ?? site },
    team: team === undefined || ticket.team === null ? null : { key: ticket.team, name: team.name },
    reportedBy: { name: directory.person.get(reportedBy)?.name ?? reportedBy },
  };
}

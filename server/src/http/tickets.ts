import { type Actor, may } from '@rung/domain/access/may.ts';
import { relationsTo } from '@rung/domain/access/relations.ts';
import type { Directory } from '@rung/domain/directory/directory.ts';
import { portalView } from '@rung/domain/portal/portal-view.ts';
import type { Ticket } from '@rung/domain/ticket/ticket.ts';
import {
  type ReferenceView,
  type TicketList,
  ticketsBefore,
  type TicketView,
} from '@rung/protocol/ticket-view.ts';
import { ulid } from '@rung/protocol/text.ts';
import { Hono } from 'hono';
import * as v from 'valibot';
import { newestTickets, type Readable, ticketById, type TicketRow } from '../db/tickets.ts';
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
      const rows = await newestTickets(parts.db, readable, most + 1, before);
      const tickets = rows
        .slice(0, most)
        .filter(({ ticket }) => mayRead(actor, ticket, directory))
        .map((row) => viewOf(row, actor, directory));
      return c.json({ tickets, hasMore: rows.length > most } satisfies TicketList);
    })

    .get('/:id', guard(parts, 'GET /api/tickets/:id'), async (c) => {
      const { actor, directory } = c.var;
      const id = v.safeParse(ulid, c.req.param('id'));
      const row = id.success ? await ticketById(parts.db, id.output) : null;
      if (row === null || !mayRead(actor, row.ticket, directory)) throw notFound();
      return c.json(viewOf(row, actor, directory));
    });
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
  const person = actor.kind === 'person' ? actor.person : '';
  return may(actor, 'ticket.read', relationsTo(ticket, person, directory));
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
  return { all: false, teams, client, reporter: key };
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

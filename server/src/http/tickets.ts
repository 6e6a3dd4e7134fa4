import type { Actor } from '@rung/domain/access/may.ts';
import type { Directory } from '@rung/domain/directory/directory.ts';
import type { TicketEvent } from '@rung/domain/ticket/events.ts';
import type { Rung, Ticket } from '@rung/domain/ticket/ticket.ts';
import {
  type ReferenceView,
  type TicketList,
  ticketsBefore,
  type Timeline,
  type TicketView,
} from '@rung/protocol/ticket-view.ts';
import { Hono } from 'hono';
import { eventsOf } from '../db/events.ts';
import type { TicketRow } from '../db/tickets.ts';
import { readQuery } from './body.ts';
import { guard } from './guard.ts';
import type { Env, Parts } from './parts.ts';
import { listOf, ticketOf } from './ticket-reading.ts';

/** Reading tickets over HTTP. */
export function ticketRoutes(parts: Parts): Hono<Env> {
  return new Hono<Env>()
    .get('/', guard(parts, 'GET /api/tickets'), async (c) => {
      const before = readQuery(c, 'before', ticketsBefore);
      const { rows, hasMore } = await listOf(parts, c.var, 'ticket.read', before);
      const tickets = rows.map((row) => viewOf(row, c.var.directory));
      return c.json({ tickets, hasMore } satisfies TicketList);
    })

    .get('/:id', guard(parts, 'GET /api/tickets/:id'), async (c) => {
      return c.json(viewOf(await ticketOf(parts, c, 'ticket.read'), c.var.directory));
    })

    .get('/:id/timeline', guard(parts, 'GET /api/tickets/:id/timeline'), async (c) => {
      const { ticket } = await ticketOf(parts, c, 'ticket.timeline');
      return c.json(timelineOf(ticket, await eventsOf(parts.db, ticket.id)));
    });
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

function personOf(actor: Actor, directory: Directory) {
  return actor.kind === 'person' ? directory.person.get(actor.person) : undefined;
}

function viewOf({ ticket, number }: TicketRow, directory: Directory): TicketView {
  const { id, type, severity, title, description, phase, generation, site, reportedAt } = ticket;
  const team = ticket.team === null ? undefined : directory.team.get(ticket.team);
  return {
    ...{ id, number, type, severity, title, description, phase, generation, reportedAt },
    site: site === null ? null : { key: site, name: directory.site.get(site)?.name ?? site },
    team: team === undefined || ticket.team === null ? null : { key: ticket.team, name: team.name },
    reportedBy: { name: directory.person.get(ticket.reportedBy)?.name ?? ticket.reportedBy },
  };
}

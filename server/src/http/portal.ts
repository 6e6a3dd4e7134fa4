import { actsOf } from '@rung/domain/access/acts.ts';
import { portalEntries } from '@rung/domain/portal/portal-entries.ts';
import {
  type PortalAuthor as Author,
  type PortalReader,
  portalView,
} from '@rung/domain/portal/portal-view.ts';
import {
  portalActs,
  type PortalAuthor,
  type PortalList,
  type PortalTicket,
  type PortalWhole,
} from '@rung/protocol/portal.ts';
import { ticketsBefore } from '@rung/protocol/ticket-view.ts';
import { type Context, Hono } from 'hono';
import { eventsOf } from '../db/events.ts';
import type { TicketRow } from '../db/tickets.ts';
import { readQuery } from './body.ts';
import { guard } from './guard.ts';
import type { Env, Parts } from './parts.ts';
import { notFound } from './problem.ts';
import { listOf, ticketOf } from './ticket-reading.ts';

/** What a client reads of his company's tickets, or of his own alone. */
export function portalRoutes(parts: Parts): Hono<Env> {
  const { clock, db } = parts;

  return new Hono<Env>()
    .get('/', guard(parts, 'GET /api/portal'), async (c) => {
      const before = readQuery(c, 'before', ticketsBefore);
      const { rows, hasMore } = await listOf(parts, c.var, 'portal.read', before);
      const tickets = rows.map((row) => shown(row, c));
      return c.json({ tickets, hasMore, now: clock.now() } satisfies PortalList);
    })

    .get('/:id', guard(parts, 'GET /api/portal/:id'), async (c) => {
      const row = await ticketOf(parts, c, 'portal.read');
      const { ticket } = row;
      const now = clock.now();
      const reader = readerOf(c);
      const events = (await eventsOf(db, ticket.id)).filter(({ seq }) => seq <= row.seq);
      const entries = portalEntries(events, ticket, reader);
      const offered = actsOf(ticket, { ...reader, company: c.var.directory, now });
      return c.json({
        ticket: shown(row, c),
        entries: entries.map((entry) => ({ ...entry, author: authorOf(entry.author, c) })),
        acts: portalActs.filter((act) => offered.has(act)),
        now,
      } satisfies PortalWhole);
    });
}

function readerOf({ var: { actor, directory } }: Context<Env>): PortalReader {
  if (actor.kind !== 'person') throw notFound();
  return { person: actor.person, company: directory };
}

function shown({ ticket, number }: TicketRow, c: Context<Env>): PortalTicket {
  const { site, reportedBy, ...view } = portalView(ticket, readerOf(c));
  return {
    ...view,
    number,
    site: site === null ? null : { key: site, name: c.var.directory.site.get(site)?.name ?? site },
    reportedBy: authorOf(reportedBy, c),
  };
}

function authorOf(author: Author, { var: { directory } }: Context<Env>): PortalAuthor {
  if (author.who !== 'colleague') return author;
  const { person } = author;
  return { who: 'colleague', name: directory.person.get(person)?.name ?? person };
}

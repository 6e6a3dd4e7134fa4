import { command, type OutcomeMessage } from '@rung/protocol/command.ts';
import { Hono } from 'hono';
import { ticketById } from '../db/tickets.ts';
import { readBody } from './body.ts';
import { guard } from './guard.ts';
import { notFound } from './problem.ts';
import type { Env, Parts } from './parts.ts';

/** One command, from whoever is online and no device: the portal and plain forms. A repeat of its uid is harmless. */
export function commandRoutes(parts: Parts): Hono<Env> {
  const { db, writer } = parts;

  return new Hono<Env>().post('/', guard(parts, 'POST /api/commands'), async (c) => {
    const { uid, at, name, args } = await readBody(c, command);
    const actor = c.get('actor');
    if (actor.kind !== 'person') throw notFound();
    const settled = await writer.command({
      uid,
      at,
      person: actor.person,
      command: { name, args },
    });
    const row = settled.ticket === null ? null : await ticketById(db, settled.ticket);
    return c.json({
      uid,
      outcome: settled.outcome,
      code: settled.code,
      ticket: row === null ? null : { id: row.ticket.id, number: row.number },
    } satisfies OutcomeMessage);
  });
}

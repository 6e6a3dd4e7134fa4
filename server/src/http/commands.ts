import { commandRequest } from '@rung/protocol/command.ts';
import { Hono } from 'hono';
import { readBody } from './body.ts';
import { guard } from './guard.ts';
import { outcomeOf } from './outcome.ts';
import { notFound } from './problem.ts';
import type { Env, Parts } from './parts.ts';

/** One command, from whoever is online and no device: the portal and plain forms. A repeat of its uid is harmless. */
export function commandRoutes(parts: Parts): Hono<Env> {
  const { clock, db, writer } = parts;

  return new Hono<Env>().post('/', guard(parts, 'POST /api/commands'), async (c) => {
    const { now, command } = await readBody(c, commandRequest);
    const { uid, at, offset, ...wanted } = command;
    const actor = c.get('actor');
    if (actor.kind !== 'person') throw notFound();
    const settled = await writer.command({
      uid,
      claim: { wall: at, offsetBefore: offset, offsetAfter: clock.now() - now },
      person: actor.person,
      command: wanted,
    });
    return c.json(await outcomeOf(db, settled));
  });
}

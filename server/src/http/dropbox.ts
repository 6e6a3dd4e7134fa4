import { createHash } from 'node:crypto';
import { Hono } from 'hono';
import { guard } from './guard.ts';
import { HttpProblem, notFound } from './problem.ts';
import type { Env, Parts } from './parts.ts';

/**
 * Where a device leaves what was typed on it when it may do nothing else any more. Nobody reads it but the operator, in
 * the table `dropbox`: the bytes are kept as they came.
 */
export function dropboxRoutes(parts: Parts): Hono<Env> {
  const { clock, log, writer } = parts;

  return new Hono<Env>().post('/', guard(parts, 'POST /api/sync/dropbox'), async (c) => {
    const { actor } = c.var;
    if (actor.kind !== 'device' && actor.kind !== 'revoked-device') throw notFound();
    const { device, person } = actor;
    const body = new Uint8Array(await c.req.arrayBuffer());
    if (body.length === 0) throw new HttpProblem('invalid', 'There is nothing in it.');
    const id = createHash('sha256').update(device).update(body).digest('hex');
    const isKept = await writer.keepBox({ id, device, person, at: clock.now(), body });
    if (!isKept) {
      throw new HttpProblem('too-many', 'This device has left too much already.', {
        retryAfter: 24 * 60 * 60,
      });
    }
    log.warn('a removed device left what was typed on it', { device, person, bytes: body.length });
    return c.body(null, 204);
  });
}

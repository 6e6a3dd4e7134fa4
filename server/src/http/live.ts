import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { Hono } from 'hono';
import { guard } from './guard.ts';
import { HttpProblem, notFound } from './problem.ts';
import type { Env, Parts } from './parts.ts';

/** `close`: its connection serves nothing else, and must not outlive it when the server stops. */
const head = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-store, no-transform',
  Connection: 'close',
  'X-Accel-Buffering': 'no',
  'X-Content-Type-Options': 'nosniff',
} as const;

/**
 * "Something changed for you", and nothing else: server-sent events. An EventSource sends no headers of ours, so the page
 * says whose it is in the address.
 */
export function liveRoutes(parts: Parts): Hono<Env> {
  return new Hono<Env>().get('/', guard(parts, 'GET /api/live'), (c) => {
    const { actor, directory, session } = c.var;
    if (actor.kind !== 'person' || session === null) throw notFound();
    const { person } = actor;
    if ((c.req.query('person') ?? person) !== person) {
      throw new HttpProblem('not-signed-in', 'Somebody else is signed in here.');
    }
    if (c.req.method === 'HEAD') return c.body(null, 200, head);
    const { outgoing } = c.env as unknown as HttpBindings;
    // He left while he was asked who he is: nobody would tell us again.
    if (outgoing.destroyed) return RESPONSE_ALREADY_SENT;
    const cookies = c.res.headers.getSetCookie();
    letGo(c.env as unknown as HttpBindings);
    outgoing.writeHead(200, { ...head, ...(cookies.length > 0 ? { 'Set-Cookie': cookies } : {}) });
    const isTaken = parts.streams.open(outgoing, { person, session, directory });
    if (!isTaken) outgoing.end();
    return RESPONSE_ALREADY_SENT;
  });
}

/**
 * Nobody asks for the request any more, and it would stay in memory as long as the stream: its headers, a cookie among
 * them, and by the listener that would tell it of its end all that was made of it.
 */
function letGo({ incoming, outgoing }: HttpBindings): void {
  outgoing.removeAllListeners('close');
  incoming.headers = {};
  incoming.rawHeaders = [];
}

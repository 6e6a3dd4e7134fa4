import { Hono } from 'hono';
import { guard } from './guard.ts';
import type { Env, Rooms } from './rooms.ts';

/** For whoever watches the server: 200 or 503, and what is wrong in words. Says nothing about anybody. */
export function healthRoutes(rooms: Rooms): Hono<Env> {
  const answer = (wrong: readonly string[]) =>
    Response.json(
      { status: wrong.length === 0 ? 'ok' : 'failing', wrong },
      { status: wrong.length === 0 ? 200 : 503, headers: { 'Cache-Control': 'no-store' } },
    );

  return new Hono<Env>()
    .get('/healthz', guard(rooms, 'GET /healthz'), () => answer([]))
    .get('/readyz', guard(rooms, 'GET /readyz'), async () => answer(await rooms.health.ready()))
    .get('/healthz/engine', guard(rooms, 'GET /healthz/engine'), () =>
      answer(rooms.health.engine()),
    );
}

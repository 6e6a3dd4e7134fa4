import { Hono } from 'hono';
import { guard } from './guard.ts';
import type { Env, Parts } from './parts.ts';

/** For whoever watches the server: 200 or 503, and what is wrong in words. Says nothing about anybody. */
export function healthRoutes(parts: Parts): Hono<Env> {
  const answer = (wrong: readonly string[]) =>
    Response.json(
      { status: wrong.length === 0 ? 'ok' : 'failing', wrong },
      { status: wrong.length === 0 ? 200 : 503, headers: { 'Cache-Control': 'no-store' } },
    );

  return new Hono<Env>()
    .get('/healthz', guard(parts, 'GET /healthz'), () => answer([]))
    .get('/readyz', guard(parts, 'GET /readyz'), async () => answer(await parts.health.ready()))
    .get('/healthz/engine', guard(parts, 'GET /healthz/engine'), () =>
      answer(parts.health.engine()),
    );
}

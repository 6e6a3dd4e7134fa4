import type { MiddlewareHandler } from 'hono';
import { HttpProblem } from './problem.ts';

/**
 * Writes come from our own pages or from no page at all (a command line sends neither header): another site's form or
 * script must not act with a visitor's cookie. The cookie's SameSite is the second fence.
 */
export function sameOrigin(allowed: ReadonlySet<string>): MiddlewareHandler {
  return async (c, next) => {
    if (c.req.method === 'GET' || c.req.method === 'HEAD') return next();
    const site = c.req.header('sec-fetch-site');
    const origin = c.req.header('origin');
    const isForeign =
      (site !== undefined && site !== 'same-origin' && site !== 'none') ||
      (origin !== undefined && !allowed.has(origin));
    if (isForeign) throw new HttpProblem('forbidden', 'This request came from another site.');
    return next();
  };
}

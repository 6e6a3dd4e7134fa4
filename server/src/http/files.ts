import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { serveStatic } from '@hono/node-server/serve-static';
import { Hono } from 'hono';
import { guard } from './guard.ts';
import { notFound } from './problem.ts';
import type { Env, Parts } from './parts.ts';

/**
 * The built app. Hashed files never change; everything else is asked for again. A navigation to any screen gets the
 * shell; a missing file is a 404, never the shell, which a worker would store as a script.
 */
export function fileRoutes(parts: Parts, folder: string): Hono<Env> {
  return new Hono<Env>()
    .get('*', guard(parts, 'GET *'))
    .get(
      '*',
      serveStatic({
        root: folder,
        precompressed: true,
        onFound: (path, c) => {
          const isHashed = path.includes('/_app/immutable/');
          c.header('Cache-Control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
        },
      }),
    )
    .get('*', async (c) => {
      const isNavigation =
        c.req.header('sec-fetch-mode') === 'navigate' ||
        (c.req.header('accept') ?? '').includes('text/html');
      if (!isNavigation || /^\/(_app|api)\//.test(c.req.path)) throw notFound();
      c.header('Cache-Control', 'no-cache');
      return c.html(await readFile(join(folder, '200.html'), 'utf8'));
    });
}

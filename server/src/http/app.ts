import { randomUUID } from 'node:crypto';
import { Hono, type MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { secureHeaders } from 'hono/secure-headers';
import { commandLimit } from '@rung/protocol/command.ts';
import { directoryLimit } from '@rung/protocol/directory.ts';
import { uploadPart } from '@rung/protocol/files.ts';
import { dropboxLimit, exchangeLimit } from '@rung/protocol/version.ts';
import { Busy } from '../apply/errors.ts';
import { troubleOf } from '../db/trouble.ts';
import { isLoopback } from '../loopback.ts';
import { answerRoutes } from './answers.ts';
import { commandRoutes } from './commands.ts';
import { demoRoutes } from './demo.ts';
import { deviceRoutes } from './devices.ts';
import { directoryRoutes } from './directory.ts';
import { dropboxRoutes } from './dropbox.ts';
import { fileRoutes } from './files.ts';
import { healthRoutes } from './health.ts';
import { liveRoutes } from './live.ts';
import { HttpProblem, notFound, toResponse } from './problem.ts';
import type { Env, Parts } from './parts.ts';
import { pictureRoutes } from './pictures.ts';
import { portalRoutes } from './portal.ts';
import { receiptRoutes } from './receipts.ts';
import { sameOrigin } from './same-origin.ts';
import { sessionRoutes } from './session.ts';
import { referenceRoutes, ticketRoutes } from './tickets.ts';
import { setupRoutes } from './setup.ts';
import { subscriptionRoutes } from './subscription.ts';
import { syncRoutes } from './sync.ts';
import { welcomeRoutes } from './welcome.ts';

/** Bodies that may be larger than a command, bytes. */
const largest: ReadonlyMap<string, number> = new Map([
  ['/api/directory', directoryLimit],
  ['/api/sync', exchangeLimit],
  ['/api/sync/dropbox', dropboxLimit],
]);

/** A device may send parts that are larger than ours. */
const uploadLimit = 2 * uploadPart;

function largestAt(path: string): number {
  return largest.get(path) ?? (isPicture(path) ? uploadLimit : commandLimit);
}

function isPicture(path: string): boolean {
  return path.startsWith('/api/files/');
}

/**
 * Whoever still sends hears no answer but that the connection broke: a part that nobody wanted is read to its end, so that
 * its device learns why.
 */
async function readOn({ body, bodyUsed }: Request): Promise<void> {
  if (body === null || bodyUsed || body.locked) return;
  await body.pipeTo(new WritableStream()).catch(() => undefined);
}

/** Every door of the server. `webFolder` holds the built app. */
export function openApp(parts: Parts, webFolder: string): Hono<Env> {
  const app = new Hono<Env>();
  app.onError((error) => toResponse(problemOf(error, parts)));
  app.notFound(() => toResponse(notFound()));

  app.use(safeHeaders(parts));
  app.use('/api/*', sameOrigin(originsOf(parts)));
  app.use('/api/*', async (c, next) => {
    await next();
    c.header('Cache-Control', 'no-store');
  });
  app.use('/api/*', async (c, next) => {
    const maxSize = largestAt(c.req.path);
    const tooLarge = () => {
      throw new HttpProblem('too-large', `The body is larger than ${maxSize / 1024} KiB.`);
    };
    return bodyLimit({ maxSize, onError: tooLarge })(c, async () => {
      await next();
      if (isPicture(c.req.path)) await readOn(c.req.raw);
    });
  });

  app.route('/', healthRoutes(parts));
  app.route('/api/session', sessionRoutes(parts));
  app.route('/api/setup', setupRoutes(parts));
  app.route('/api/welcome', welcomeRoutes(parts));
  app.route('/api/commands', commandRoutes(parts));
  app.route('/api/sync', syncRoutes(parts));
  app.route('/api/tickets', ticketRoutes(parts));
  app.route('/api/portal', portalRoutes(parts));
  app.route('/api/reference', referenceRoutes(parts));
  app.route('/api/devices', deviceRoutes(parts));
  app.route('/api/sync/dropbox', dropboxRoutes(parts));
  app.route('/api/subscription', subscriptionRoutes(parts));
  app.route('/api/receipts', receiptRoutes(parts));
  app.route('/api/pages', answerRoutes(parts));
  app.route('/api/files', pictureRoutes(parts));
  app.route('/api/live', liveRoutes(parts));
  app.route('/api/directory', directoryRoutes(parts));
  app.route('/api/demo', demoRoutes(parts));
  app.route('/', fileRoutes(parts, webFolder));
  return app;
}

/** The app's own policy on scripts stands in its pages, as hashes; this is what a page cannot say about itself. What somebody sent is no page. */
function safeHeaders({ config }: Parts): MiddlewareHandler {
  const headers: Parameters<typeof secureHeaders>[0] = {
    strictTransportSecurity: config.publicUrl.protocol === 'https:' && 'max-age=31536000',
    referrerPolicy: 'no-referrer',
    permissionsPolicy: { camera: ['self'], geolocation: ['self'], microphone: [] },
    xFrameOptions: 'DENY',
  };
  const frameAncestors = ["'none'"];
  const ofPages = secureHeaders({ ...headers, contentSecurityPolicy: { frameAncestors } });
  const alone = { sandbox: [], defaultSrc: ["'none'"], frameAncestors };
  const ofPictures = secureHeaders({ ...headers, contentSecurityPolicy: alone });
  return (c, next) => (isPicture(c.req.path) ? ofPictures : ofPages)(c, next);
}

/** Where our pages are reached: PUBLIC_URL, and on a developer's machine this one by its names. */
function originsOf({ config }: Parts): ReadonlySet<string> {
  const { publicUrl } = config;
  const port = publicUrl.port === '' ? '' : `:${publicUrl.port}`;
  const local = isLoopback(publicUrl) ? [`http://localhost${port}`, `http://127.0.0.1${port}`] : [];
  return new Set([publicUrl.origin, ...local]);
}

/** What a thrown error answers. A defect is logged with an id that the answer carries, and says nothing else. */
function problemOf(error: Error, { log }: Parts): HttpProblem {
  if (error instanceof HttpProblem) return error;
  if (error instanceof Busy || troubleOf(error) === 'transient') {
    return new HttpProblem('busy', 'The database does not answer now. Try again in a moment.', {
      retryAfter: 1,
    });
  }
  const id = randomUUID();
  log.error('a request failed', { id, error });
  return new HttpProblem(
    'broken',
    `Something is broken on the server. Tell your administrator: ${id}`,
  );
}

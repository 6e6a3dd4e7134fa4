import { createServer } from 'node:net';
import { inspect } from 'node:util';
import type { Command } from '@rung/domain/ticket/commands.ts';
import { ulid } from 'ulid';
import { issueLinks } from '../../server/src/auth/links.ts';
import type { Config } from '../../server/src/config.ts';
import { type House, openHouse } from '../../server/src/house.ts';
import { company, password, type PersonKey } from './company.ts';
import { type Dialect, freshPlace } from './dialects.ts';

/** A server of the story's own: real parts, a fresh database, real HTTP on loopback, a clock that the story moves. */
export type TestHouse = House & {
  readonly config: Config;
  readonly clock: { now(): number; forward(ms: number): void };
  /** What the server logged, errors whole, oldest first. */
  readonly logged: readonly string[];
  /** Somebody without a session. */
  readonly stranger: Visitor;
  /** Signs the person in; he gets his login first if he has none. Sessions are kept per call. */
  as(person: PersonKey): Promise<Visitor>;
  /** The machine's operator. */
  readonly operator: Visitor;
  /** A token as the log prints it at the first start. */
  setupToken(): Promise<string>;
};

/** Speaks HTTP as somebody. */
export type Visitor = (
  path: string,
  init?: {
    readonly method?: string;
    readonly json?: unknown;
    readonly headers?: Record<string, string>;
  },
) => Promise<Response>;

/** Opens a house, with the company of `company.ts` in its directory unless `isEmpty`. `close` also removes its database. */
export async function testHouse(
  dialect: Dialect,
  { isEmpty = false, ...more }: { readonly isEmpty?: boolean } & Partial<Config> = {},
): Promise<TestHouse> {
  const place = await freshPlace(dialect);
  const port = await freePort();
  const config: Config = {
    host: '127.0.0.1',
    port,
    data: place.data,
    databaseUrl: place.databaseUrl,
    publicUrl: new URL(`http://localhost:${port}`),
    secret: 'for tests only, never for real ones',
    demo: null,
    pushSubject: null,
    pushAllow: [],
    ...more,
  };
  let at = Date.parse('2026-11-21T12:00:00Z');
  const clock = {
    now: () => at,
    forward(ms: number) {
      at += ms;
    },
  };
  const logged: string[] = [];
  const logAs =
    (level: string) =>
    (message: string, about: object = {}) => {
      logged.push(inspect({ level, message, about }, { depth: 10 }));
    };
  const log = { info: logAs('info'), warn: logAs('warn'), error: logAs('error') };
  const house = await openHouse({ config, clock, log });
  const { auth, db, door } = house.parts;
  if (!isEmpty) {
    const applied = await door.apply(
      { document: company, prune: false, dryRun: false },
      'operator',
    );
    if (!applied.ok) throw new Error(JSON.stringify(applied.refusal));
  }

  const known = new Set<PersonKey>();
  return {
    ...house,
    config,
    clock,
    logged,
    stranger: visitor(house.url, {}),
    operator: visitor(house.url, { authorization: `Bearer ${house.serverToken}` }),
    async setupToken() {
      const [token] = await issueLinks(db, [{ purpose: 'setup', person: null }], clock.now());
      return token ?? '';
    },
    async as(person) {
      if (!known.has(person)) await auth.setPassword(person, password);
      known.add(person);
      return signIn(house.url, company.people[person].email);
    },
    async close() {
      await house.close();
      await place.remove();
    },
  };
}

/** A visitor who sends these headers with every request. */
export function visitor(url: URL, headers: Record<string, string>): Visitor {
  return (path, { method, json, headers: more } = {}) =>
    fetch(new URL(path, url), {
      method: method ?? (json === undefined ? 'GET' : 'POST'),
      headers: {
        ...headers,
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...more,
      },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    });
}

async function signIn(url: URL, email: string): Promise<Visitor> {
  const answer = await visitor(url, {})('/api/session', { json: { email, password } });
  if (!answer.ok) throw new Error(`${email} could not sign in: ${await answer.text()}`);
  return visitor(url, { cookie: cookieOf(answer) });
}

/** The cookies an answer sets, as the next request sends them. */
export function cookieOf(answer: Response): string {
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');
}

/** A report as a device would send it. */
export function reportMessage(
  title: string,
  args: Partial<Command['args']> = {},
): { uid: string; at: number; name: 'report'; args: Command['args'] } {
  return {
    uid: ulid(),
    at: 0,
    name: 'report',
    args: {
      ticket: ulid(),
      type: 'incident',
      severity: 'S3',
      title,
      description: '',
      site: null,
      asset: null,
      category: null,
      team: null,
      ...args,
    },
  };
}

/** A port of loopback that nobody listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        typeof address === 'object' && address !== null
          ? resolve(address.port)
          : reject(new Error('no port')),
      );
    });
  });
}

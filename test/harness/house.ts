import { join } from 'node:path';
import { inspect } from 'node:util';
import { issueLinks } from '../../server/src/auth/links.ts';
import type { Config } from '../../server/src/config.ts';
import type { Transports } from '../../server/src/dispatch/transport.ts';
import { type House, openHouse } from '../../server/src/house.ts';
import { company, password, type PersonKey } from './company.ts';
import { type MovedClock, movedClock } from './clock.ts';
import { type Dialect, freshPlace, type Place } from './dialects.ts';
import { freePort } from './free-port.ts';
import { recorded, type Recorder, recorder } from './recorder.ts';

/** A server of the story's own: real parts, a fresh database, real HTTP on loopback, a clock that the story moves. */
export type TestHouse = House & {
  readonly config: Config;
  readonly clock: MovedClock;
  /** Everything that was sent to anybody, and how the next try at somebody ends. */
  readonly sent: Recorder;
  /** Lets time pass, deadline by deadline, as it would by itself: whatever falls due is done at its instant. */
  forward(ms: number): Promise<void>;
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
    /** Bytes, instead of `json`. */
    readonly body?: Uint8Array;
    readonly headers?: Record<string, string>;
  },
) => Promise<Response>;

type Asked = {
  readonly isEmpty?: boolean;
  /** Where its clock begins, or the clock of another house. */
  readonly clock?: number | MovedClock;
  /** A place that another house has left; whoever made it removes it. */
  readonly place?: Place;
  /** Instead of the company of company.ts. */
  readonly directory?: object;
  /** Pushes go out, as the product sends them. Else the recorder takes them, and nothing leaves this machine. */
  readonly sendsPushes?: boolean;
};

/** Opens a house, with the company of `company.ts` in its directory unless `isEmpty`. `close` also removes its database. */
export async function testHouse(
  dialect: Dialect,
  {
    isEmpty = false,
    clock: startsAt = Date.parse('2026-11-21T12:00:00Z'),
    place: given,
    directory = company,
    sendsPushes = false,
    ...more
  }: Asked & Partial<Config> = {},
): Promise<TestHouse> {
  const place = given ?? (await freshPlace(dialect));
  const port = await freePort();
  const config: Config = {
    host: '127.0.0.1',
    port,
    data: place.data,
    files: join(place.data, 'files'),
    databaseUrl: place.databaseUrl,
    publicUrl: new URL(`http://localhost:${port}`),
    secret: 'for tests only, never for real ones',
    demo: false,
    pushSubject: null,
    pushAllow: [],
    pushCa: null,
    pushServices: [],
    ...more,
  };
  const clock = typeof startsAt === 'number' ? movedClock(startsAt) : startsAt;
  const sent = recorder();
  const logged: string[] = [];
  const logAs =
    (level: string) =>
    (message: string, about: object = {}) => {
      logged.push(inspect({ level, message, about }, { depth: 10 }));
    };
  const log = { info: logAs('info'), warn: logAs('warn'), error: logAs('error') };
  const house = await openHouse(
    { config, clock, log },
    { transports: sendsPushes ? sent.transports : alsoPushes(sent), isDriven: true },
  );
  const { auth, db, door } = house.parts;
  if (!isEmpty) {
    const applied = await door.apply(
      { document: directory, prune: false, dryRun: false },
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
    sent,
    async forward(ms) {
      const until = clock.now() + ms;
      for (;;) {
        const { dueAt, attemptAt } = await house.look();
        const next = [dueAt, attemptAt].filter((at) => at !== null && at > clock.now()) as number[];
        const at = Math.min(until, ...next);
        if (at === clock.now()) return;
        clock.forward(at - clock.now());
      }
    },
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
      if (given === undefined) await place.remove();
    },
  };
}

/** The recorder takes pushes too. */
function alsoPushes({ transports }: Recorder): Transports {
  const itself = transports.get(recorded);
  return itself === undefined ? transports : new Map([...transports, ['push', itself]]);
}

/** A visitor who sends these headers with every request. */
export function visitor(url: URL, headers: Record<string, string>): Visitor {
  return (path, { method, json, body, headers: more } = {}) =>
    fetch(new URL(path, url), {
      method: method ?? (json === undefined ? 'GET' : 'POST'),
      headers: {
        ...headers,
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...more,
      },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      ...(body === undefined ? {} : { body: new Uint8Array(body) }),
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

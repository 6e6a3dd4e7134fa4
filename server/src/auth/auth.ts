/**
 * Signing in, by better-auth; who somebody is, by the directory (docs/decisions/0002).
 *
 * better-auth's own routes are not mounted: it is called from ours, so that every door stands in the one table.
 * Its user is only a login: the e-mail address and the name live in the directory, the login's address is made from
 * the person's key and never leaves the server.
 */

import { type BetterAuthOptions, betterAuth } from 'better-auth';
import { must } from '@rung/domain/base/must.ts';
import type { Instant } from '@rung/domain/base/time.ts';
import { APIError, createAuthEndpoint } from 'better-auth/api';
import { setSessionCookie } from 'better-auth/cookies';
import { systemClock } from '../clock.ts';
import type { Config } from '../config.ts';
import { chunks } from '../db/chunks.ts';
import type { Database } from '../db/open.ts';
import type { Log } from '../log.ts';
import { hashOf } from '../secret.ts';
import * as v from 'valibot';

export type Auth = {
  /** Cookies of a new session, or null: the person has no login, or it is another password. Takes the same time for both. */
  signIn(
    person: string | null,
    password: string,
    headers: Headers,
  ): Promise<readonly string[] | null>;
  /** Cookies of a new session of a person who showed nothing: the demo's doors only. */
  enter(person: string, headers: Headers): Promise<readonly string[]>;
  /** Ends the session the request carries; answers the cookies that delete it. */
  signOut(headers: Headers): Promise<readonly string[]>;
  /**
   * The key of the person whose live session the request carries; null = none. `cookies` prolong a session that is
   * in use; the answer to the request must set them. `session`: its id, no secret. `sessionHash`: of the token that it
   * carries, also where that session is over: by it a device can be told that it was removed.
   */
  personOf(headers: Headers): Promise<{
    person: string | null;
    session: string | null;
    sessionHash: string | null;
    cookies: readonly string[];
  }>;
  /** Which of these sessions, by id, are alive. */
  alive(sessions: readonly string[]): Promise<ReadonlySet<string>>;
  /** Calls back when sessions of these people were ended here. */
  onEnded(listener: (people: readonly string[]) => void): void;
  /** Gives the person this password, making the login if there is none, and ends every session he has. */
  setPassword(person: string, password: string): Promise<void>;
  /** Forgets sessions that are over. */
  sweep(now: Instant): Promise<void>;
  /** Ends the session of the person's whose token has this hash, if he has it. */
  endSession(person: string, sessionHash: string): Promise<void>;
  /** Ends all sessions of these people, everywhere, at once. */
  endSessions(people: readonly string[]): Promise<void>;
};

const days = 24 * 60 * 60;

/** Options that decide which tables better-auth needs; a test compares them with our migrations. */
export function authOptions(db: Database, config: Pick<Config, 'secret' | 'publicUrl'>) {
  const isHttps = config.publicUrl.protocol === 'https:';
  return {
    appName: 'Rung',
    baseURL: config.publicUrl.origin,
    secret: config.secret,
    database: { db: db.auth as never, type: db.dialect, transaction: false },
    emailAndPassword: { enabled: true, disableSignUp: true, maxPasswordLength: 256 },
    // A technician's phone may be offline for days: a month without being seen ends a session.
    session: { modelName: 'auth_session', expiresIn: 30 * days, updateAge: 1 * days },
    user: {
      modelName: 'auth_user',
      additionalFields: { person: { type: 'string', required: true, unique: true, input: false } },
    },
    account: { modelName: 'auth_account' },
    verification: { modelName: 'auth_verification' },
    plugins: [entering],
    // Ours counts per account too (sign-in-limits.ts).
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { disabled: true },
    advanced: {
      // better-auth's secure mode would prepend `__Secure-`; `__Host-` is stricter (trust.md, section 4).
      useSecureCookies: false,
      cookies: {
        session_token: {
          name: isHttps ? '__Host-rung' : 'rung',
          attributes: { secure: isHttps, httpOnly: true, sameSite: 'lax', path: '/' },
        },
      },
    },
  } as const satisfies BetterAuthOptions;
}

/** As signing in, without a password. Like all of better-auth's it has no route: whoever may use it calls it. */
const entering = {
  id: 'entering',
  endpoints: {
    enterAs: createAuthEndpoint(
      '/enter-as',
      { method: 'POST', body: v.object({ login: v.string() }) },
      async (ctx) => {
        const { internalAdapter } = ctx.context;
        const found = await internalAdapter.findUserByEmail(ctx.body.login);
        const user = must(found?.user, 'a login to enter by');
        const session = await internalAdapter.createSession(user.id);
        await setSessionCookie(ctx, { session, user });
        return null;
      },
    ),
  },
} as const;

export function openAuth(
  db: Database,
  config: Pick<Config, 'secret' | 'publicUrl'>,
  log: Log,
): Auth {
  const options = authOptions(db, config);
  const auth = betterAuth(options);
  const inCookie = new RegExp(
    `(?:^|; ?)${options.advanced.cookies.session_token.name}=([^.;]+)\\.`,
  );
  const tokenIn = (headers: Headers): string | null =>
    inCookie.exec(headers.get('cookie') ?? '')?.[1] ?? null;
  const listeners: ((people: readonly string[]) => void)[] = [];
  const ended = (people: readonly string[]): void => {
    for (const listener of listeners) listener(people);
  };

  async function personOf(headers: Headers) {
    const token = tokenIn(headers);
    if (token === null) return { person: null, session: null, sessionHash: null, cookies: [] };
    const { response, headers: answer } = await auth.api.getSession({
      headers,
      returnHeaders: true,
    });
    return {
      person: response?.user.person ?? null,
      session: response?.session.id ?? null,
      sessionHash: hashOf(token),
      // The cookie of a session that is over is left: it says which device this was.
      cookies: response === null ? [] : answer.getSetCookie(),
    };
  }

  /** The person's login, which is made where there is none yet. */
  async function loginFor(person: string) {
    const { internalAdapter } = await auth.$context;
    const email = loginOf(person);
    const known = await internalAdapter.findUserByEmail(email, { includeAccounts: true });
    if (known !== null) return known;
    const made = { email, name: person, emailVerified: true, person };
    const user = await internalAdapter.createUser(made, { method: 'admin' } as never);
    return { user, accounts: [] };
  }

  /** Ends the session of these headers, and says whose it was. */
  async function endOf(headers: Headers): Promise<Headers> {
    const { person } = await personOf(headers);
    const { headers: answer } = await auth.api.signOut({ headers, returnHeaders: true });
    if (person !== null) ended([person]);
    return answer;
  }

  return {
    personOf,

    onEnded: (listener) => void listeners.push(listener),

    async alive(sessions) {
      const { adapter } = await auth.$context;
      const found: { id: string }[] = [];
      for (const { some } of chunks(sessions)) {
        const rows = await adapter.findMany<{ id: string }>({
          model: 'session',
          where: [
            { field: 'id', operator: 'in', value: [...some] },
            // By the clock that better-auth goes by.
            { field: 'expiresAt', operator: 'gt', value: new Date(systemClock.now()) },
          ],
          limit: some.length,
        });
        found.push(...rows);
      }
      return new Set(found.map(({ id }) => id));
    },

    async signIn(person, password, headers) {
      try {
        const { headers: answer } = await auth.api.signInEmail({
          body: { email: loginOf(person), password },
          headers,
          returnHeaders: true,
        });
        // The session that this browser had until now would live on unseen.
        if (headers.has('cookie')) await endOf(headers);
        return answer.getSetCookie();
      } catch (error) {
        if (error instanceof APIError && error.statusCode === 401) return null;
        throw error;
      }
    },

    async enter(person, headers) {
      await loginFor(person);
      const body = { login: loginOf(person) };
      const { headers: answer } = await auth.api.enterAs({ body, headers, returnHeaders: true });
      if (headers.has('cookie')) await endOf(headers);
      return answer.getSetCookie();
    },

    signOut: async (headers) => (await endOf(headers)).getSetCookie(),

    async setPassword(person, password) {
      const { internalAdapter, password: hashing } = await auth.$context;
      const hash = await hashing.hash(password);
      const { user, accounts } = await loginFor(person);
      if (accounts.some((account) => account.providerId === 'credential')) {
        await internalAdapter.updatePassword(user.id, hash);
        await internalAdapter.deleteUserSessions(user.id);
        ended([person]);
      } else {
        await internalAdapter.linkAccount({
          userId: user.id,
          accountId: user.id,
          providerId: 'credential',
          password: hash,
        });
      }
      log.info('a password was set', { person });
    },

    async sweep(now) {
      const { adapter } = await auth.$context;
      await adapter.deleteMany({
        model: 'session',
        where: [{ field: 'expiresAt', operator: 'lt', value: new Date(now) }],
      });
    },

    async endSession(person, sessionHash) {
      const sessions = await db.auth
        .selectFrom('auth_session')
        .innerJoin('auth_user', 'auth_user.id', 'auth_session.userId')
        .select(['auth_session.id', 'auth_session.token'])
        .where('auth_user.person', '=', person)
        .execute();
      const its = sessions.find(({ token }) => hashOf(token) === sessionHash);
      if (its === undefined) return;
      await db.auth.deleteFrom('auth_session').where('id', '=', its.id).execute();
      ended([person]);
      log.info('the session of a removed device was ended', { person });
    },

    async endSessions(people) {
      if (people.length === 0) return;
      await db.auth
        .deleteFrom('auth_session')
        .where('userId', 'in', (users) =>
          users.selectFrom('auth_user').select('id').where('person', 'in', people),
        )
        .execute();
      ended(people);
      log.info('sessions were ended', { people });
    },
  };
}

/** `.invalid` can never be an address (RFC 2606). Nobody's login is in a domain of its own, so no key can meet it. */
function loginOf(person: string | null): string {
  return person === null ? 'nobody@nowhere.invalid' : `${person}@people.invalid`;
}

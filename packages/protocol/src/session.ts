/** Signing in, first set-up, and one-time links. */

import { languages, roles } from '@rung/domain/directory/directory.ts';
import * as v from 'valibot';
import { key, text } from './text.ts';

/** NIST SP 800-63B: length is what counts; no rules about signs. 256 keeps hashing bounded. */
export const password = v.pipe(
  v.string(),
  v.minLength(12, 'is shorter than 12 characters'),
  v.maxLength(256, 'is longer than 256 characters'),
);

export const email = v.pipe(
  v.string(),
  v.trim(),
  v.toLowerCase(),
  v.maxLength(254, 'is longer than 254 characters'),
  v.email('is not an e-mail address'),
);

/** IANA zone name, known to this machine's zone data. */
export const zone = v.pipe(
  v.string(),
  v.maxLength(64),
  v.check((name) => {
    try {
      new Intl.DateTimeFormat('en', { timeZone: name });
      return /^[A-Z]/.test(name);
    } catch {
      return false;
    }
  }, 'is not a time zone like Europe/Berlin'),
);

/** POST /api/session */
export const signIn = v.strictObject({
  email,
  password: v.pipe(v.string(), v.minLength(1, 'is empty'), v.maxLength(256)),
});

/** GET /api/session; `person` null = not signed in; `isSetUp` false = no administrator yet. */
export const session = v.object({
  person: v.nullable(
    v.object({
      key,
      name: v.string(),
      roles: v.array(v.picklist(roles)),
      language: v.picklist(languages),
      zone: v.string(),
      client: v.nullable(key),
    }),
  ),
  isSetUp: v.boolean(),
  organisation: v.nullable(v.string()),
  /** This server plays the demo company (demo.ts). */
  isDemo: v.optional(v.boolean(), false),
});
export type SessionMessage = v.InferOutput<typeof session>;

/** POST /api/setup: the first administrator and a directory to begin with. */
export const setup = v.strictObject({
  /** From the log of the server. */
  token: text(100),
  organisation: text(100),
  name: text(100),
  email,
  password,
  zone,
  language: v.picklist(languages),
});

/** POST /api/welcome/person: whom a one-time link is for. */
export const welcomeToken = v.strictObject({ token: text(100) });
export const welcomePerson = v.object({ name: v.string(), email: v.string() });

/** POST /api/welcome: chooses a password and signs in; the link is used up. */
export const welcome = v.strictObject({ token: text(100), password });

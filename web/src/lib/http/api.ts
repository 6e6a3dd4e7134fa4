/** The requests that every page may need, one line each. */

import { ask } from './ask.ts';
import { readNothing, readSession, readWelcome } from './read.ts';

export const api = {
  session: () => ask('GET', '/api/session', readSession),
  signIn: (body: { email: string; password: string }) =>
    ask('POST', '/api/session', readSession, { body }),
  /** `device`: what signs out; its secret ends with the session. */
  signOut: (device: string | null) =>
    ask('DELETE', '/api/session', readNothing, device === null ? {} : { device }),
  setUp: (body: {
    token: string;
    organisation: string;
    name: string;
    email: string;
    password: string;
    zone: string;
    language: string;
  }) => ask('POST', '/api/setup', readSession, { body }),
  welcomePerson: (token: string) =>
    ask('POST', '/api/welcome/person', readWelcome, { body: { token } }),
  welcome: (body: { token: string; password: string }) =>
    ask('POST', '/api/welcome', readSession, { body }),
};

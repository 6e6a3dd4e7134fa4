/** The doors one comes in by: what the forms of sign-in, set-up and a one-time link send. */

import { password } from '@rung/protocol/session.ts';
import * as v from 'valibot';
import { api } from '#lib/http/api.ts';

export const door = {
  signIn: api.signIn,
  setUp: api.setUp,
  whoIsWelcome: api.welcomePerson,
  welcome: api.welcome,
};

/** Whether the server would take this as a new password. */
export function isPassword(text: string): boolean {
  return v.is(password, text);
}

/**
 * The secret behind the # of the address, taken out of it: it must not stay in the history, in a bookmark or on a
 * photographed screen. Called once, before the page is shown.
 */
export function takeSecret(): string {
  const secret = decodeURIComponent(location.hash.slice(1)).replace(/^token=/, '');
  if (location.hash !== '') history.replaceState(history.state, '', location.pathname);
  return secret;
}

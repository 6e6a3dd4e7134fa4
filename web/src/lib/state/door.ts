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

/** Where the secret of this door waits for a reload: in this tab only. */
const pocket = () => `rung.secret:${location.pathname}`;

/**
 * The secret behind the # of the address, taken out of it: it must not stay in the history, in a bookmark or on a
 * photographed screen. Kept for this tab until `forgetSecret`, because a page that is loaded again has lost its #.
 * Empty = there is none.
 */
export function takeSecret(): string {
  const secret = decoded(location.hash.slice(1)).replace(/^token=/, '');
  try {
    if (secret !== '') sessionStorage.setItem(pocket(), secret);
  } catch {
    // Storage is forbidden: the secret lasts as long as the page.
  }
  if (location.hash !== '') history.replaceState(history.state, '', location.pathname);
  return secret === '' ? keptSecret() : secret;
}

/** It was used, or is good for nothing. */
export function forgetSecret(): void {
  try {
    sessionStorage.removeItem(pocket());
  } catch {
    // Nothing was kept then.
  }
}

function keptSecret(): string {
  try {
    return sessionStorage.getItem(pocket()) ?? '';
  } catch {
    return '';
  }
}

/** What is not an encoding is taken as it stands: the server says that it is no token. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

import { createContext } from 'svelte';
import { portal } from '#lib/http/portal.ts';
import { newUlid } from './new-ulid.ts';
import { PortalTyped } from './portal-typed.ts';

/**
 * What this person typed in this browser. `onSent` hears which ticket the server has words of; `signedOut`, that it knows no session
 * of his any more.
 */
export function typedHere(
  person: string,
  onSent: (ticket: string) => void,
  signedOut: () => void,
): PortalTyped {
  const storage = {
    getItem: (name: string) => localStorage.getItem(name),
    setItem: (name: string, value: string) => localStorage.setItem(name, value),
    removeItem: (name: string) => localStorage.removeItem(name),
    keys: () => Object.keys(localStorage),
  };
  const around = {
    storage,
    newUlid,
    post: portal.command.bind(null, person),
    now: () => Date.now(),
    lot: () => Math.random(),
    later(ms: number, run: () => void) {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
    elsewhere(heard: (name: string | null) => void) {
      const ends = new AbortController();
      const { signal } = ends;
      addEventListener('storage', ({ key }) => key !== null && heard(key), { signal });
      // A page that was left and comes back as it was heard nothing meanwhile.
      addEventListener('pageshow', (event) => event.persisted && heard(null), { signal });
      return () => ends.abort();
    },
  };
  return new PortalTyped(person, around, onSent, signedOut);
}

export const [usePortalTyped, providePortalTyped] = createContext<PortalTyped>();

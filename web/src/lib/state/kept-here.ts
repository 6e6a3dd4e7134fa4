import { createContext } from 'svelte';
import type { ThisDevice } from './this-device.svelte.ts';

/** What one person keeps in this browser besides the server. */
export type Kept = {
  /** null = he has none. */
  readonly device: ThisDevice | null;
  /** How much he wrote, did or answered that no server has: it goes with a sign-out. */
  unsent(): Promise<number>;
  /** Deletes all of it. The server's half ended before, with the session; what this browser still has is good for nothing. */
  forget(): Promise<void>;
};

/** Whose desk is open now; what lets him go may stand outside of it. */
export class KeptHere {
  current: Kept | null = null;
}

export const [useKeptHere, provideKeptHere] = createContext<KeptHere>();

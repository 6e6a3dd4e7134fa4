import { session as schema, type SessionMessage } from '@rung/protocol/session.ts';
import { createContext } from 'svelte';
import * as v from 'valibot';
import { api } from '#lib/http/api.ts';
import type { Answer } from '#lib/http/ask.ts';
import { keep, kept } from './device.ts';
import { language } from './language.svelte.ts';

export type Person = NonNullable<SessionMessage['person']>;

/**
 * Who works here.
 *
 *   asking ──▶ in ◀──▶ unsure (the server does not answer; the last person goes on working)
 *     │         └────▶ expired (the server knows no session; what is on this device stays, nothing can be sent)
 *     └───────▶ out    (nobody; on purpose, or never was)
 */
export type Standing = 'asking' | 'in' | 'unsure' | 'expired' | 'out';

export class Session {
  #standing = $state<Standing>('asking');
  #person = $state.raw<Person | null>(null);
  #isSetUp = $state(true);
  #organisation = $state<string | null>(null);

  constructor() {
    const last = remembered();
    if (last === null) return;
    // The last person's own things can be shown before the server said anything.
    this.#take(last);
    this.#standing = 'unsure';
  }

  get standing(): Standing {
    return this.#standing;
  }

  /** Whose things are shown; also while nobody could ask the server, and after the session ended. */
  get person(): Person | null {
    return this.#person;
  }

  get isSetUp(): boolean {
    return this.#isSetUp;
  }

  get organisation(): string | null {
    return this.#organisation;
  }

  /** Asks the server. Without an answer, whoever was here stays. */
  async refresh(): Promise<void> {
    const answer = await api.session();
    if (answer.ok) this.adopt(answer.value);
    else if (this.#standing === 'asking') this.#standing = 'out';
    else if (this.#standing === 'in') this.#standing = 'unsure';
  }

  /** What the server says about the session, after asking, signing in or setting up. */
  adopt(message: SessionMessage): void {
    if (message.person === null && this.#person !== null) {
      this.#isSetUp = message.isSetUp;
      this.#standing = 'expired';
      return;
    }
    this.#take(message);
    this.#standing = message.person === null ? 'out' : 'in';
    if (message.person !== null) keep('session', JSON.stringify(message));
  }

  /** Ends the session on the server. Only its answer ends it here: the cookie is not ours to delete. */
  async end(): Promise<Answer<undefined>> {
    const answer = await api.signOut();
    if (answer.ok || answer.trouble.kind === 'not-signed-in') {
      keep('session', null);
      this.#take({ person: null, isSetUp: this.#isSetUp, organisation: this.#organisation });
      this.#standing = 'out';
      return { ok: true, value: undefined };
    }
    return answer;
  }

  #take({ person, isSetUp, organisation }: SessionMessage): void {
    this.#person = person;
    this.#isSetUp = isSetUp;
    this.#organisation = organisation;
    language.ofPerson(person?.language ?? null);
  }
}

function remembered(): SessionMessage | null {
  try {
    return v.parse(schema, JSON.parse(kept('session') ?? 'null'));
  } catch {
    return null;
  }
}

export const [useSession, provideSession] = createContext<Session>();

import type { SessionMessage } from '@rung/protocol/session.ts';
import { createContext } from 'svelte';
import { api } from '#lib/http/api.ts';
import type { Answer } from '#lib/http/ask.ts';
import { readSession } from '#lib/http/read.ts';
import { keep, kept, onKeptElsewhere } from './device.ts';
import { language } from './language.svelte.ts';

export type Person = NonNullable<SessionMessage['person']>;

/**
 * Who works here.
 *
 *   asking ──▶ in ◀──▶ unsure (the server does not answer; the last person goes on working)
 *     │         └────▶ expired (the server knows no session; what is on this device stays, nothing can be sent)
 *     │         └────▶ left    (another tab signed out, or somebody else in: the screen stays until its reader goes on)
 *     └───────▶ out    (nobody; on purpose, or never was)
 */
export type Standing = 'asking' | 'in' | 'unsure' | 'expired' | 'left' | 'out';

export class Session {
  #standing = $state<Standing>('asking');
  #person = $state.raw<Person | null>(null);
  #isSetUp = $state(true);
  #organisation = $state<string | null>(null);
  #isDemo = $state(false);
  #successor = $state.raw<SessionMessage | null>(null);
  #hasEnded = $state(false);

  constructor() {
    onKeptElsewhere('session', () => this.#hear(remembered()));
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

  /** Its people are made up, and most of them act by themselves. */
  get isDemo(): boolean {
    return this.#isDemo;
  }

  /** Who signed in elsewhere in this browser, while this screen is still the person's before. */
  get successor(): Person | null {
    return this.#successor?.person ?? null;
  }

  /** True when the person signed out in another tab: what was kept on this device is deleted. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Asks the server. Without an answer, whoever was here stays. */
  async refresh(): Promise<void> {
    const answer = await api.session();
    if (answer.ok) this.#learn(answer.value);
    else if (this.#standing === 'asking') this.#standing = 'out';
    else if (this.#standing === 'in') this.#standing = 'unsure';
  }

  /** Whom the server let in here, by signing in or setting up. */
  adopt(message: SessionMessage): void {
    this.#take(message);
    this.#standing = message.person === null ? 'out' : 'in';
    if (message.person !== null) keep('session', JSON.stringify(message));
  }

  /** Lets go of the screen of the person who left. */
  goOn(): void {
    this.adopt(this.#successor ?? this.#nobody());
  }

  /**
   * Ends the session on the server, and with it `device`. Only its answer ends it here: the cookie is not ours to delete.
   * `next`: lets somebody else in at once, so that no screen is nobody's in between; answers as it does.
   */
  async end(
    device: string | null,
    next?: () => Promise<Answer<SessionMessage>>,
  ): Promise<Answer<unknown>> {
    const answer = await api.signOut(device);
    if (!answer.ok && answer.trouble.kind !== 'not-signed-in') return answer;
    keep('session', null);
    let entered: Answer<SessionMessage> | undefined;
    try {
      entered = await next?.();
    } finally {
      this.adopt(entered?.ok === true ? entered.value : this.#nobody());
    }
    return entered ?? { ok: true, value: undefined };
  }

  /** What the server says about whoever this browser is. */
  #learn(message: SessionMessage): void {
    const mine = this.#person?.key;
    if (mine === undefined || message.person?.key === mine) return this.adopt(message);
    this.#isSetUp = message.isSetUp;
    if (message.person !== null) this.#succeed(message);
    else if (this.#standing !== 'left') this.#standing = 'expired';
  }

  /** What another tab remembers now; null = it signed out. */
  #hear(message: SessionMessage | null): void {
    const mine = this.#person?.key;
    if (mine === undefined || message?.person?.key === mine) return void this.refresh();
    if (message !== null) return this.#succeed(message);
    // The one who signed out there was not the one of this screen.
    if (this.#successor === null) this.#hasEnded = true;
    this.#successor = null;
    this.#standing = this.#hasEnded ? 'left' : 'expired';
  }

  #succeed(successor: SessionMessage): void {
    this.#successor = successor;
    this.#standing = 'left';
  }

  #nobody(): SessionMessage {
    const [isSetUp, organisation, isDemo] = [this.#isSetUp, this.#organisation, this.#isDemo];
    return { person: null, isSetUp, organisation, isDemo };
  }

  #take({ person, isSetUp, organisation, isDemo }: SessionMessage): void {
    this.#person = person;
    this.#isSetUp = isSetUp;
    this.#organisation = organisation;
    this.#isDemo = isDemo;
    this.#successor = null;
    this.#hasEnded = false;
    language.ofPerson(person?.language ?? null);
  }
}

function remembered(): SessionMessage | null {
  try {
    return readSession(JSON.parse(kept('session') ?? 'null'));
  } catch {
    return null;
  }
}

export const [useSession, provideSession] = createContext<Session>();

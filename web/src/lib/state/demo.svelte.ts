/** A demo: whom one can be, and how one becomes somebody. */

import type { DemoPaged, DemoPeople } from '@rung/protocol/demo.ts';
import type { Answer, Trouble } from '#lib/http/ask.ts';
import { demo } from '#lib/http/demo.ts';
import { homeOf } from './demo-home.ts';
import type { Kept } from './kept-here.ts';
import type { Session } from './session.svelte.ts';

export type { DemoPart } from '@rung/protocol/demo.ts';
export type DemoPerson = DemoPeople['people'][number];

/** Whom a visitor can be. Read once: they stay the same as long as the server. */
export class Cast {
  #people = $state.raw<readonly DemoPerson[] | null>(null);
  #trouble = $state.raw<Trouble | null>(null);

  /** null = not read yet. */
  get people(): readonly DemoPerson[] | null {
    return this.#people;
  }

  /** What came of the last try. */
  get trouble(): Trouble | null {
    return this.#trouble;
  }

  async read(): Promise<void> {
    this.#trouble = null;
    const answer = await demo.people();
    if (answer.ok) this.#people = answer.value.people;
    else this.#trouble = answer.trouble;
  }
}

/** Where this person of the demo begins, on a screen as wide as this one. */
export function homeHere({ part }: DemoPerson): string {
  return homeOf(part, matchMedia('(min-width: 900px)').matches);
}

/**
 * Whoever is here leaves as by signing out, with all that is `kept` of his here, and this person comes in. Answers what kept
 * one from it: then nobody is here, or still the one before if the server did not even let him go. `kept` null = no desk is
 * open: what somebody has here stays, as where one signs in by mail after a session was over. So it does if he comes back.
 */
export async function become(
  person: string,
  session: Session,
  kept: Kept | null,
): Promise<Trouble | null> {
  if (kept === null || session.person?.key === person) return enter(person, session);
  const left = await session.end((await kept.device?.id()) ?? null, async () => {
    await kept.forget();
    return demo.be(person);
  });
  return left.ok ? null : left.trouble;
}

async function enter(person: string, session: Session): Promise<Trouble | null> {
  const answer = await demo.be(person);
  if (!answer.ok) return answer.trouble;
  session.adopt(answer.value);
  return null;
}

/** Somebody reports what pages this person. */
export const pageMe = (person: string): Promise<Answer<DemoPaged>> => demo.pageMe(person);

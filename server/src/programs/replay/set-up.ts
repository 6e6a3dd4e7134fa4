import type { Draft } from '@rung/domain/directory/draft.ts';
import type { Issue } from '@rung/domain/directory/issue.ts';
import { planDraft } from '../../apply/plan-draft.ts';
import type { Transports } from '../../dispatch/transport.ts';
import type { Driven } from './driven.ts';

/** The one kind of contact method of a replay. */
const kind = 'screen';

/** Whatever is sent to a screen is displayed at once. `onDisplayed` is called for each. */
export function screens(onDisplayed: () => void): Transports {
  async function send() {
    onDisplayed();
    return { kind: 'displayed' } as const;
  }
  return new Map([[kind, { send }]]);
}

/** Makes the company, and a screen for everybody in it. Answers what is wrong with the company; then nothing was made. */
export async function setUp(
  { writer, directory }: Driven,
  company: Draft,
): Promise<readonly Issue[]> {
  const planned = await writer.editDirectory('operator', (world) => {
    const plan = planDraft(world, company, false);
    return { changes: plan.ok ? plan.value.changes : [], answer: plan };
  });
  if (!planned.ok) return planned.refusal;
  const people = [...(await directory.fresh()).person.keys()];
  await Promise.all(
    people.map((person) =>
      writer.addContactMethod({
        id: person,
        person,
        kind,
        address: person,
        brokenAt: null,
        shownAt: null,
        missed: 0,
        check: null,
      }),
    ),
  );
  return [];
}

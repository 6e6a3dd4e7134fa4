/** The one door of the directory, for HTTP and for the command line: reads a document, checks it, plans, writes. */

import type { Result } from '@rung/domain/base/result.ts';
import { accept } from '@rung/domain/base/result.ts';
import type { Change } from '@rung/domain/directory/directory.ts';
import { type DirectoryDocument, documentOf } from '@rung/domain/directory/document-of.ts';
import type { Issue } from '@rung/domain/directory/issue.ts';
import type { ApplyReply, ApplyRequest, SignInLink } from '@rung/protocol/directory.ts';
import { parseDirectory } from '@rung/protocol/directory/parse.ts';
import { planDraft } from './apply/plan-draft.ts';
import type { Writer } from './apply/writer.ts';
import type { Auth } from './auth/auth.ts';
import { issueLinks, revokeLinks, welcomeLasts } from './auth/links.ts';
import type { Clock } from './clock.ts';
import type { DirectoryCache } from './db/directory.ts';
import type { Database } from './db/open.ts';

export type DirectoryDoor = {
  /** `by`: person key, or `operator`. All or nothing. */
  apply(request: ApplyRequest, by: string): Promise<Result<ApplyReply, readonly Issue[]>>;
  export(): Promise<DirectoryDocument>;
  /** A new one-time link; older ones of that person stop working. null = nobody, or somebody disabled. */
  link(person: string): Promise<SignInLink | null>;
};

type Rooms = {
  readonly db: Database;
  readonly directory: DirectoryCache;
  readonly writer: Writer;
  readonly auth: Auth;
  readonly clock: Clock;
  readonly publicUrl: URL;
};

export function openDirectoryDoor(rooms: Rooms): DirectoryDoor {
  const { auth, clock, db, directory, writer, publicUrl } = rooms;

  async function linksFor(people: readonly string[]): Promise<readonly SignInLink[]> {
    const now = clock.now();
    const known = (await directory.fresh()).person;
    const tokens = await issueLinks(
      db,
      people.map((person) => ({ purpose: 'welcome', person })),
      now,
    );
    return people.map((person, n) => ({
      person,
      name: known.get(person)?.name ?? person,
      url: new URL(`/welcome#${tokens[n]}`, publicUrl).href,
      expiresAt: now + welcomeLasts,
    }));
  }

  return {
    async link(person) {
      const known = (await directory.fresh()).person.get(person);
      if (known === undefined || known.disabled) return null;
      await revokeLinks(db, { purpose: 'welcome', person });
      return (await linksFor([person]))[0] ?? null;
    },

    export: async () => documentOf(await directory.fresh()),

    async apply({ document, prune, dryRun }, by) {
      const parsed = parseDirectory(document);
      if (!parsed.ok) return parsed;
      const planned = await writer.editDirectory(by, (world) => {
        const plan = planDraft(world, parsed.value, prune);
        return { changes: plan.ok && !dryRun ? plan.value.changes : [], answer: plan };
      });
      if (!planned.ok) return planned;
      const { changes, lines } = planned.value;
      if (dryRun) return accept({ changes: [...lines], links: [], dryRun });

      await auth.endSessions(
        peopleWho(changes, (before, after) => !before.disabled && after.disabled),
      );
      const links = await linksFor(newPeople(changes));
      return accept({ changes: [...lines], links: [...links], dryRun });
    },
  };
}

type PersonChange = Extract<Change, { kind: 'person' }>;
type Person = NonNullable<PersonChange['after']>;

function peopleWho(
  changes: readonly Change[],
  did: (before: Person, after: Person) => boolean,
): readonly string[] {
  return changes.flatMap(({ kind, key, before, after }) =>
    kind === 'person' && before !== null && after !== null && did(before, after) ? [key] : [],
  );
}

function newPeople(changes: readonly Change[]): readonly string[] {
  return changes.flatMap(({ kind, key, before, after }) =>
    kind === 'person' && before === null && after !== null && !after.disabled ? [key] : [],
  );
}

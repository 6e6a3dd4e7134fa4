/** Pictures on their way from a camera to this device, and what becomes of them here. */

import type { Instant } from '@rung/domain/base/time.ts';
import { newDraft } from '@rung/sync/draft.ts';
import type { Local } from '../local/local.ts';
import { partsFrom } from '../local/parts.ts';
import type { HeldFile } from '../local/rows.ts';
import type { Writing } from '../local/shelf.ts';
import type { Drawn, Made } from '../photo/draw.ts';
import { attach } from './attach.ts';
import { withdraw } from './withdraw.ts';

/** Why a picture was not taken. `no-picture`: this browser cannot read it; `not-kept`: this device keeps nothing, or has no room. */
export type NotTaken = {
  readonly name: string;
  readonly why: 'no-picture' | 'too-large' | 'not-kept';
};

export type Adding = {
  readonly ticket: string;
  readonly as: HeldFile['state'];
  /** The device's clock. */
  now(): Instant;
  newId(): string;
  /** Makes it small. */
  draw(file: Blob): Promise<Drawn>;
};

/** Keeps them one after the other, so that each is kept as soon as it can be. Answers what was not taken. */
export async function addPhotos(
  local: Local,
  adding: Adding,
  files: readonly File[],
): Promise<readonly NotTaken[]> {
  const left: NotTaken[] = [];
  for (const file of files) {
    const drawn = await adding.draw(file);
    const why = drawn.kind === 'made' ? await keep(local, adding, drawn) : drawn.kind;
    if (why !== null) left.push({ name: file.name, why });
  }
  return left;
}

async function keep(
  local: Local,
  { ticket, as, now, newId }: Adding,
  { bytes, hash, type, thumbnail }: Made,
): Promise<'not-kept' | null> {
  const id = newId();
  const at = now();
  const parts = partsFrom(id, bytes);
  const picture: HeldFile = {
    ...{ id, ticket, hash, type, thumbnail, refused: null, addedAt: at, state: 'draft' },
    size: bytes.byteLength,
    parts: parts.length,
  };
  try {
    await local.apply(async (writing) => {
      await writing.part.put(parts);
      if (as === 'draft' && (await isDraft(writing, ticket))) {
        await writing.file.put([picture]);
        // Its words come later: until then it is found by the picture.
        const draft = await writing.draft.get(ticket);
        if (draft === undefined) await writing.draft.put([newDraft(ticket, newId(), at)]);
        return;
      }
      const done = await attach(writing, local.person, picture, at);
      // Thrown, so that its bytes go, too.
      if (!done.ok) throw new Error(done.refusal.kind);
    });
    return null;
  } catch {
    return 'not-kept';
  }
}

/** False = its report was sent while the picture was made small. */
async function isDraft(writing: Writing, ticket: string): Promise<boolean> {
  const draft = await writing.draft.get(ticket);
  if (draft !== undefined) return draft.standing.kind !== 'sent';
  return (await writing.ticket.get(ticket)) === undefined;
}

/** Its person does not want it any more: with a command that waits, that too; a problem with it is read then. */
export async function dropPhoto(local: Local, id: string): Promise<void> {
  if (await withdraw(local, id)) return;
  await local.apply(async (writing) => {
    await writing.dropFiles([id]);
    await writing.problem.drop([id]);
  });
}

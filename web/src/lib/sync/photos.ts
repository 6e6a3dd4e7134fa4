/** Pictures on their way from a camera to this device, and what becomes of them here. */

import type { Local } from '../local/local.ts';
import { withdraw } from './withdraw.ts';

/** Why a picture was not taken. `no-picture`: this browser cannot read it; `not-kept`: this device keeps nothing, or has no room. */
export type NotTaken = {
  readonly name: string;
  readonly why: 'no-picture' | 'too-large' | 'not-kept';
};

/** Answers what was not taken. */
export async function addPhotos(
  _local: Local,
  _as: { readonly ticket: string; readonly as: 'draft' | 'attached' },
  files: readonly File[],
): Promise<readonly NotTaken[]> {
  return files.map(({ name }) => ({ name, why: 'not-kept' }));
}

/** Its person does not want it any more: with a command that waits, that too; a problem with it is read then. */
export async function dropPhoto(local: Local, id: string): Promise<void> {
  if (await withdraw(local, id)) return;
  await local.apply(async (writing) => {
    await writing.dropFiles([id]);
    await writing.problem.drop([id]);
  });
}

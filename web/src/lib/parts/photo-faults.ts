import { m } from '@rung/messages/compiled/messages.js';
import type { NotTaken } from '#lib/state/acts-here.ts';

const words: { readonly [W in NotTaken['why']]: (of: { name: string }) => string } = {
  'no-picture': m.photo_fault_no_picture,
  'too-large': m.photo_fault_too_large,
  'not-kept': m.photo_fault_not_kept,
};

/** Why a picture was not taken, in a sentence that names its file. */
export function faultWords({ name, why }: NotTaken): string {
  return words[why]({ name });
}

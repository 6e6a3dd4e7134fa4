import type { Draft } from '#lib/state/reports.svelte.ts';
import type { HeldFile, Pending, Problem } from '#lib/state/this-device.svelte.ts';

/** Everything that is on this device and not on the server. */
export type Unsent = {
  readonly person: string;
  readonly drafts: readonly Draft[];
  readonly waiting: readonly Pending[];
  readonly problems: readonly Problem[];
  readonly photos: readonly HeldFile[];
};

/** A file of it that a person can read and keep; of pictures only what they are. `now`: the device's clock. */
export function fileOf(
  unsent: Unsent,
  now: number,
): { readonly name: string; readonly text: string } {
  const madeAt = new Date(now).toISOString();
  const photos = unsent.photos.map(({ thumbnail: _, ...photo }) => photo);
  return {
    name: `rung-outbox-${madeAt.slice(0, 10)}.json`,
    text: JSON.stringify({ madeAt, ...unsent, photos }, null, 2),
  };
}

/** What a picture is called as a file of its own. */
export function photoName({
  id,
  type,
  addedAt,
}: Pick<HeldFile, 'id' | 'type' | 'addedAt'>): string {
  const ending = type === 'image/jpeg' ? 'jpg' : type.replace(/^image\//, '');
  // Several of one day are told apart by where their ids end.
  return `rung-photo-${new Date(addedAt).toISOString().slice(0, 10)}-${id.slice(-4)}.${ending}`;
}

/** Hands something to the browser as a file to keep. */
export function saveFile(name: string, content: Blob): void {
  const href = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = href;
  link.download = name;
  link.click();
  // Some browsers read it only after the click.
  setTimeout(() => URL.revokeObjectURL(href), 60_000);
}

import type { Instant } from '@rung/domain/base/time.ts';
import type { Entry, HeldFile } from '#lib/state/this-device.svelte.ts';

/** A picture of a ticket, as far as this device knows it. */
export type Shot = {
  /** Of its file. */
  readonly id: string;
  /** Key of who added it. */
  readonly by: string;
  readonly at: Instant;
  /** Bytes. */
  readonly size: number;
  /** A small JPEG, base64; null = there is none. */
  readonly thumbnail: string | null;
  /** `here`: its bytes are on this device; `stored`: on the server; `away`: on another device. */
  readonly where: 'here' | 'stored' | 'away';
  /** The server has said that it will not take its bytes. */
  readonly isRefused: boolean;
};

/** A ticket's pictures in the order of its timeline; `waiting` = those whose bytes are on this device. */
export function shotsOf(entries: readonly Entry[], waiting: readonly HeldFile[]): readonly Shot[] {
  const here = new Map(waiting.map((file) => [file.id, file]));
  const stored = new Set(
    entries.flatMap(({ event }) => (event.name === 'stored' ? [event.args.file] : [])),
  );
  return entries.flatMap(({ event }): readonly Shot[] => {
    if (event.name !== 'attached') return [];
    const { file, size, thumbnail } = event.args;
    const where = stored.has(file) ? 'stored' : here.has(file) ? 'here' : 'away';
    return [
      {
        ...{ id: file, size, thumbnail, where },
        by: event.by,
        at: event.claimedAt ?? event.recordedAt,
        isRefused: where === 'here' && here.get(file)?.refused !== null,
      },
    ];
  });
}

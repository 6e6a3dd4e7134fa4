import { freeAt, leastFree } from './free-room.ts';

/** Anybody may ask; the database is not written more often than this for it. */
const goodFor = 1000;

/**
 * Why this server must get no traffic now, each a sentence; empty = send it. It writes to the database to find out,
 * at most once a second.
 */
export function openReadiness(parts: {
  /** A write that changes nothing. */
  readonly write: () => Promise<void>;
  /** By the names of their variables. */
  readonly folders: Readonly<Record<string, string>>;
}): () => Promise<readonly string[]> {
  let last: { readonly at: number; readonly wrong: Promise<readonly string[]> } | null = null;
  return () => {
    const at = performance.now();
    if (last === null || at - last.at > goodFor) last = { at, wrong: look(parts) };
    return last.wrong;
  };
}

async function look({
  write,
  folders,
}: Parameters<typeof openReadiness>[0]): Promise<readonly string[]> {
  const wrong: string[] = [];
  try {
    await write();
  } catch {
    wrong.push('the database cannot be written');
  }
  for (const [name, folder] of Object.entries(folders)) {
    // A folder that is gone, as one of another machine may be, has no room.
    const free = await freeAt(folder).catch(() => null);
    if (free === null) wrong.push(`the folder of ${name} does not answer`);
    else if (free < leastFree) wrong.push(`less than 64 MiB are free on the disk of ${name}`);
  }
  return wrong;
}

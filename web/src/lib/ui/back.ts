import { tick } from 'svelte';

/** Marks the entry of the history that stands for what is open above a screen. */
const mark = { isAbove: true };
const isMarked = (): boolean => (history.state as Partial<typeof mark> | null)?.isAbove === true;

/** Closes what is open above the screen. */
const open = new Set<() => void>();
/** `leaving`: taken out, and the browser has not said so yet. */
let entry: 'none' | 'there' | 'leaving' = 'none';
let isHeard = false;
/** Who waits until the entry is out. */
const waiting: (() => void)[] = [];

/**
 * One entry, with the state of the screen below it. SvelteKit looks at nothing that leads to the entry it believes to be on, so
 * that Back changes neither screen nor scroll; its own shallow entries come late, and every navigation hook hears of them.
 */
function enter(): void {
  entry = 'there';
  history.pushState({ ...(history.state as object | null), ...mark }, '');
}

function moved(): void {
  if (isMarked()) {
    // Forward, or Back from a screen that was opened above it: there is nothing to show here any more, and what lies ahead is
    // given up. Also where a screen was opened while the entry was on its way out.
    if (entry !== 'there') history.back();
    return;
  }
  const wasThere = entry === 'there';
  entry = 'none';
  for (const go of waiting.splice(0)) go();
  if (wasThere) for (const close of [...open]) close();
  else if (open.size > 0) enter();
}

/**
 * Lets Back, and the gesture for it on a phone, close what was opened above a screen instead of leaving the screen. Answers what
 * has to be called once it is closed, in whatever way: nothing of it stays in the history.
 */
export function closedByBack(close: () => void): () => void {
  if (!isHeard) addEventListener('popstate', moved);
  isHeard = true;
  open.add(close);
  // Loaded anew, Forward can lead to the entry before anybody hears of it.
  if (entry === 'none' && isMarked()) entry = 'there';
  else if (entry === 'none') enter();
  return () => {
    open.delete(close);
    if (open.size > 0 || entry !== 'there') return;
    // A screen was opened above it: it stays below until somebody comes back.
    if (!isMarked()) entry = 'none';
    else {
      entry = 'leaving';
      history.back();
    }
  };
}

/** Until nothing above the screen stands in the history: for whoever closes it to go elsewhere in place of this screen. */
export async function allClosed(): Promise<void> {
  // What was just closed is gone from the screen then.
  await tick();
  if (entry === 'leaving') await new Promise<void>((resolve) => waiting.push(resolve));
}

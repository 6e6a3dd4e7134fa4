/** The keys of a desk. */

const keys = {
  j: 'down',
  ArrowDown: 'down',
  k: 'up',
  ArrowUp: 'up',
  Enter: 'open',
  e: 'acknowledge',
  n: 'note',
  c: 'comment',
  t: 'transfer',
  x: 'choose',
  '/': 'search',
  '?': 'keys',
  Escape: 'clear',
} as const;

export type DeskKey = (typeof keys)[keyof typeof keys];
const known: ReadonlyMap<string, DeskKey> = new Map(Object.entries(keys));

type Pressed = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'isComposing'>;
/** What has the focus. `dialog`: something stands above the screen. `control`: it has its own use for Enter. */
export type Focus = 'dialog' | 'typing' | 'control' | 'none';

/** What a key means; null = nothing here: somebody types, or the browser means something by it. */
export function deskKey(pressed: Pressed, focus: Focus): DeskKey | null {
  if (focus === 'dialog' || focus === 'typing' || pressed.isComposing) return null;
  if (pressed.ctrlKey || pressed.metaKey || pressed.altKey) return null;
  const key = known.get(pressed.key) ?? null;
  return key === 'open' && focus === 'control' ? null : key;
}

/** Where the focus is when a key comes to `target`. */
export function focusOf(target: EventTarget | null): Focus {
  if (document.querySelector('dialog[open]') !== null) return 'dialog';
  if (!(target instanceof Element)) return 'none';
  const typing = 'input:not([type=checkbox]), textarea, select, [contenteditable]';
  if (target.closest(typing) !== null) return 'typing';
  return target.closest('a, button, input, summary') === null ? 'none' : 'control';
}

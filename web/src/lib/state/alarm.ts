/**
 * Whether the live screen rings.
 *
 *             due                 blocked
 *     quiet ───────▶ ringing ◀──────────────▶ blocked     (browsers play nothing before a tap)
 *       ▲ ◀───over──── │  allowed              │
 *       │              ╰── silence ─▶ silenced ◀╯
 *       ╰────over──────────────────────╯ ╰─ due (another page), sound ─▶ ringing
 *
 * `over` ends it from everywhere, at once: answered here or anywhere, solved, left.
 */
export type Alarm = {
  readonly kind: 'quiet' | 'ringing' | 'blocked' | 'silenced';
  /** The page it is about; null = none waits. */
  readonly page: string | null;
};

export type AlarmEvent =
  /** This page waits, and rings. Said again it changes nothing. */
  | { readonly kind: 'due'; readonly page: string }
  | { readonly kind: 'over' }
  | { readonly kind: 'silence' }
  /** The person wants to hear it after all. */
  | { readonly kind: 'sound' }
  /** The browser plays nothing, or plays. */
  | { readonly kind: 'blocked' }
  | { readonly kind: 'allowed' };

export const quiet: Alarm = { kind: 'quiet', page: null };

/** What becomes of it. */
export function afterAlarm(alarm: Alarm, event: AlarmEvent): Alarm {
  const { kind, page } = alarm;
  const isOn = kind === 'ringing' || kind === 'blocked';
  switch (event.kind) {
    case 'due':
      if (page === event.page) return alarm;
      return { kind: kind === 'blocked' ? 'blocked' : 'ringing', page: event.page };
    case 'over':
      return quiet;
    case 'silence':
      return isOn ? { ...alarm, kind: 'silenced' } : alarm;
    case 'sound':
      return kind === 'silenced' ? { ...alarm, kind: 'ringing' } : alarm;
    case 'blocked':
      return kind === 'ringing' ? { ...alarm, kind: 'blocked' } : alarm;
    case 'allowed':
      return kind === 'blocked' ? { ...alarm, kind: 'ringing' } : alarm;
  }
}

import type { DemoPart } from '@rung/protocol/demo.ts';

/** Where somebody of the demo begins. `isWide`: the screen has room for a desk. */
export function homeOf(part: DemoPart, isWide: boolean): '/' | '/queue' | '/portal' {
  if (part === 'client') return '/portal';
  return part === 'dispatcher' && isWide ? '/queue' : '/';
}

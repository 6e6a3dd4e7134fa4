/** The demo company as it is played in this process (docs/demo.md). */

import type { Demo } from '../../http/parts.ts';
import { cast } from './cast.ts';

export function openDemo(): { readonly doors: Demo } {
  return { doors: { cast } };
}

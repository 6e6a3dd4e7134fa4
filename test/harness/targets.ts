import type { Page } from 'playwright-core';

/** What can be pressed or chosen: its words, and the square around its middle that hits it, in px. */
export type Target = { readonly name: string; readonly width: number; readonly height: number };

/**
 * Everything on the page that a finger is meant for, measured by what it hits: also where something larger than itself
 * takes the tap for it (a row for its link, a label for its box). Left out, as in WCAG 2.5.8: links within running text, of
 * which they are less than half; and what is covered, as by a sheet.
 */
export const targetsOn = (page: Page): Promise<readonly Target[]> =>
  page.evaluate(() => {
    const fingers =
      'a[href], button, select, textarea, input:not([type=hidden]), summary, [role=button]';
    const most = 60;
    const found: { name: string; width: number; height: number }[] = [];
    for (const one of document.querySelectorAll<HTMLElement>(fingers)) {
      const isHit = (x: number, y: number): boolean => {
        const top = document.elementFromPoint(x, y);
        if (top === null) return false;
        return (
          one.contains(top) || (top.closest('label') as HTMLLabelElement | null)?.control === one
        );
      };
      if (!one.checkVisibility({ visibilityProperty: true })) continue;
      const near = one.parentElement?.closest('p, li, dd') ?? null;
      const isWithinText =
        getComputedStyle(one).display === 'inline' &&
        near !== null &&
        !one.closest('.tt') &&
        (near.textContent ?? '').length > 2 * (one.textContent ?? '').length;
      if (isWithinText) continue;
      (one.closest('label') ?? one).scrollIntoView({ block: 'center', inline: 'nearest' });
      const { left, top, width, height } = (one.closest('label') ?? one).getBoundingClientRect();
      const [x, y] = [left + width / 2, top + height / 2];
      if (width <= 1 || height <= 1 || !isHit(x, y)) continue;
      const reach = (dx: number, dy: number): number => {
        let n = 0;
        while (n < most && isHit(x + dx * (n + 1), y + dy * (n + 1))) n += 1;
        return n;
      };
      found.push({
        name: `${one.tagName.toLowerCase()} ${(one.getAttribute('aria-label') ?? one.innerText ?? '').replaceAll(/\s+/g, ' ').trim().slice(0, 60)}`,
        width: reach(-1, 0) + reach(1, 0) + 1,
        height: reach(0, -1) + reach(0, 1) + 1,
      });
    }
    return found;
  });

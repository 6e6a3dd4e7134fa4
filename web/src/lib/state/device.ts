/** Small things this device remembers for itself. `static/before-paint.js` reads `rung.theme` too. */
type Name = 'theme' | 'language' | 'session' | 'heard' | 'opened';

/** null = nothing kept, or the browser forbids it. */
export function kept(name: Name): string | null {
  try {
    return localStorage.getItem(`rung.${name}`);
  } catch {
    return null;
  }
}

/** Runs when another tab kept or forgot it, as long as the page lives. */
export function onKeptElsewhere(name: Name, run: () => void): void {
  addEventListener('storage', ({ key }) => {
    if (key === `rung.${name}`) run();
  });
}

/** null forgets it. Where the browser forbids it, it lasts as long as the page. */
export function keep(name: Name, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(`rung.${name}`);
    else localStorage.setItem(`rung.${name}`, value);
  } catch {
    // Private windows of some browsers: the choice lasts as long as the page.
  }
}

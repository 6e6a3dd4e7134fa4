import { keep, kept } from './device.ts';

export const themes = ['system', 'night', 'day'] as const;
export type Theme = (typeof themes)[number];

/** How this device looks. `system` follows it; `static/before-paint.js` applies the same before the first paint. */
class ChosenTheme {
  #chosen = $state<Theme>('system');

  constructor() {
    const word = kept('theme');
    if (word === 'night' || word === 'day') this.#chosen = word;
  }

  get current(): Theme {
    return this.#chosen;
  }

  choose(theme: Theme): void {
    this.#chosen = theme;
    keep('theme', theme === 'system' ? null : theme);
    const { dataset } = document.documentElement;
    if (theme === 'system') delete dataset['theme'];
    else dataset['theme'] = theme;
    this.#paintFrame(theme);
  }

  /** The browser's own bars. They carry one ground per scheme of the system, or twice the chosen one. */
  #paintFrame(theme: Theme): void {
    const [night, day] = ['#0a0e10', '#f3f5f3'];
    for (const meta of document.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]')) {
      const ofScheme = meta.media.includes('light') ? day : night;
      meta.content = theme === 'system' ? ofScheme : theme === 'night' ? night : day;
    }
  }
}

export const theme = new ChosenTheme();

/**
 * What is typed in a sheet and not done yet, kept on this device per person, ticket and act: closing the sheet, or the
 * browser, loses nothing. It goes when it is done, and with everything else when its person signs out.
 */

/** After the last key, ms. */
const pauseMs = 300;
const prefix = 'rung.typed.';

export class Typing<Fields extends { readonly [field: string]: string }> {
  readonly #name: string;
  #fields = $state.raw() as Fields;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `start`: what stands there where nothing was kept. */
  constructor(person: string, ticket: string, act: string, start: Fields) {
    this.#name = `${prefix}${person}.${ticket}.${act}`;
    this.#fields = { ...start, ...kept(this.#name, start) };
  }

  get fields(): Fields {
    return this.#fields;
  }

  set(change: Partial<Fields>): void {
    this.#fields = { ...this.#fields, ...change };
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.keep(), pauseMs);
  }

  /** At once: the sheet closes, or the browser goes to sleep. */
  keep(): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    try {
      localStorage.setItem(this.#name, JSON.stringify(this.#fields));
    } catch {
      // A browser that keeps nothing: it lasts as long as the sheet, and the screen says so elsewhere.
    }
  }

  /** It is done, or given up. */
  forget(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    try {
      localStorage.removeItem(this.#name);
    } catch {
      // Nothing was kept.
    }
  }
}

/** Deletes what a person typed: he signed out. */
export function forgetTyped(person: string): void {
  try {
    const names = Object.keys(localStorage);
    for (const name of names.filter((one) => one.startsWith(`${prefix}${person}.`))) {
      localStorage.removeItem(name);
    }
  } catch {
    // Nothing was kept.
  }
}

/** Only fields that there are, and only words: an older version of the app may have kept something else. */
function kept<Fields extends { readonly [field: string]: string }>(
  name: string,
  start: Fields,
): Partial<Fields> {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(name) ?? '{}');
    if (typeof stored !== 'object' || stored === null) return {};
    const words = Object.entries(stored).filter(
      ([field, value]) => Object.hasOwn(start, field) && typeof value === 'string',
    );
    return Object.fromEntries(words) as Partial<Fields>;
  } catch {
    return {};
  }
}

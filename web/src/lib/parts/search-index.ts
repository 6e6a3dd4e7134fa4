import MiniSearch, { type SearchResult } from 'minisearch';
import { folded, wordsOf } from './search-words.ts';

/** What of a ticket can be found. */
export type Findable = {
  /** ULID. */
  readonly id: string;
  /** null = it has none yet. */
  readonly number: number | null;
  /** What people call it by: its number, the end of its id. */
  readonly called: string;
  readonly title: string;
  readonly description: string;
  /** Names of its site, client and asset. */
  readonly place: string;
  /** Names of who has it. */
  readonly who: string;
  /** What was said of it since it was reported. */
  readonly said: string;
};

export type Found = {
  readonly id: string;
  /** Words of the ticket that matched, folded. */
  readonly words: ReadonlySet<string>;
};

/** Three, because every field is paid for with every word: what it is called, what it is about, what was told. */
const fields: Readonly<Record<string, (ticket: Findable) => string>> = {
  title: ({ title }) => title,
  about: ({ called, place, who }) => `${called} ${place} ${who}`,
  told: ({ description, said }) => `${description} ${said}`,
};

/** Fewer than these may be all that slips left of what was meant. */
const few = 5;

/** Of two that match as good as alike, the newer one comes first: this much of a point is no difference. */
const alike = 0.5;

/** The tickets of one device, to be searched without a network. It holds words and ids, no tickets. */
export class SearchIndex {
  readonly #index = new MiniSearch<Findable>({
    fields: Object.keys(fields),
    extractField: (ticket, field) => (field === 'id' ? ticket.id : (fields[field]?.(ticket) ?? '')),
    storeFields: [],
    tokenize: (text) => [...wordsOf(text)],
    processTerm: folded,
    searchOptions: {
      boost: { title: 3, about: 2 },
      combineWith: 'AND',
      prefix: true,
      weights: { fuzzy: 0.3, prefix: 0.6 },
    },
  });
  readonly #numbers = new Map<string, string>();
  readonly #ends = new Map<string, string>();

  get size(): number {
    return this.#index.documentCount;
  }

  /** New, or instead of what was here under the same id. */
  put(ticket: Findable): void {
    this.drop(ticket.id);
    this.#index.add(ticket);
    if (ticket.number !== null) this.#numbers.set(ticket.id, String(ticket.number));
    this.#ends.set(ticket.id, ticket.id.slice(-4).toLowerCase());
  }

  drop(id: string): void {
    if (this.#index.has(id)) this.#index.discard(id);
    this.#numbers.delete(id);
    this.#ends.delete(id);
  }

  /**
   * The best first: the number that was typed, then the end of an id, then numbers that begin so, then by words. Nothing
   * typed finds nothing. Where no ticket has all the words, those that have some are found.
   */
  ask(typed: string): readonly Found[] {
    const named = typed
      .trim()
      .replace(/^[#…]+/, '')
      .toLowerCase();
    if (named === '') return [];
    const nothing: ReadonlySet<string> = new Set();
    const byName = [
      ...this.#having(this.#numbers, (number) => number === named),
      ...(named.length === 4 ? this.#having(this.#ends, (end) => end === named) : []),
      ...this.#having(this.#numbers, (number) => number !== named && number.startsWith(named)),
    ].map((id) => ({ id, words: nothing }));
    const byWords = this.#byWords(typed)
      .map(({ id, score, terms }) => ({
        id: String(id),
        rank: Math.round(score / alike),
        words: new Set(terms),
      }))
      .sort((one, other) => other.rank - one.rank || (one.id < other.id ? 1 : -1));
    const isNamed = new Set(byName.map(({ id }) => id));
    return [...byName, ...byWords.filter(({ id }) => !isNamed.has(id))];
  }

  #byWords(typed: string): readonly SearchResult[] {
    const last = wordsOf(typed).at(-1) ?? '';
    // A letter or two begin nearly every text, but few titles, places and names.
    const isShort = last.length < 3;
    const near = isShort ? this.#index.search(typed, { fields: ['title', 'about'] }) : [];
    const asTyped = near.length > 0 ? near : this.#index.search(typed);
    if (isShort || asTyped.length >= few) return asTyped;
    const meant = this.#index.search(typed, { fuzzy: slips });
    return meant.length > 0 ? meant : this.#index.search(typed, { combineWith: 'OR' });
  }

  /** The newest first. */
  #having(names: ReadonlyMap<string, string>, isIt: (name: string) => boolean): readonly string[] {
    const ids = [...names].filter(([, name]) => isIt(name)).map(([id]) => id);
    return ids.sort((one, other) => (one < other ? 1 : -1));
  }
}

/** How many letters may be wrong. Up to three letters, a slip makes another word; a number is another number. */
function slips(term: string): number | boolean {
  if (/^\p{N}+$/u.test(term) || term.length < 4) return false;
  return term.length < 8 ? 1 : 2;
}

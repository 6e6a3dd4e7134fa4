import 'fake-indexeddb/auto';
import { newDraft, send, write } from '@rung/sync/draft.ts';
import { blankForm } from '@rung/sync/form.ts';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { Store } from './store.ts';

const form = { ...blankForm, what: 'Pump 3 leaks' };
const draft = (ticket: string) => write(newDraft(ticket, `uid-${ticket}`, 1), form, '', 2);

const put = (store: Store, ticket: string) => store.change(ticket, () => draft(ticket));
const ticketsIn = async (store: Store) => (await store.drafts()).map(({ ticket }) => ticket);

const opened: Store[] = [];
function storeOf(person: string): Store {
  const store = new Store(person);
  opened.push(store);
  return store;
}

afterEach(async () => {
  for (const store of opened.splice(0)) await store.wipe();
});

describe('what a person keeps on this device', () => {
  test('is there again after the page was closed, the oldest first', async () => {
    const before = storeOf('mara');
    await put(before, 'b');
    await put(before, 'a');
    before.close();
    expect(await ticketsIn(storeOf('mara'))).toEqual(['a', 'b']);
  });

  test('is not there for another person', async () => {
    await put(storeOf('mara'), 'a');
    expect(await storeOf('jonas').drafts()).toEqual([]);
  });

  test('changes as it is now, not as somebody last saw it', async () => {
    const [one, other] = [storeOf('mara'), storeOf('mara')];
    await put(one, 'a');
    await Promise.all([
      one.change('a', (now) => now && send(now, 5)),
      other.change('a', (now) => now && write(now, { ...form, what: 'too late' }, '', 6)),
    ]);
    expect(await one.drafts()).toMatchObject([
      { form: { what: 'Pump 3 leaks' }, standing: { kind: 'waiting', at: 5 } },
    ]);
  });

  test('what was taken away does not come back by a change', async () => {
    const store = storeOf('mara');
    await put(store, 'a');
    await store.change('a', () => undefined);
    await store.change('a', (now) => now);
    expect(await store.drafts()).toEqual([]);
  });

  test('is told to those who watch, also what another tab did', async () => {
    const [one, other] = [storeOf('mara'), storeOf('mara')];
    const heard = new Promise<string[]>((resolve) => {
      one.watch(({ drafts }) => {
        if (drafts.length > 0) resolve(drafts.map(({ ticket }) => ticket));
      });
    });
    await put(other, 'a');
    expect(await heard).toEqual(['a']);
  });

  describe('when the device refuses to keep it', () => {
    const refuse = () =>
      vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
        throw new DOMException('no room', 'QuotaExceededError');
      });

    test('lasts as long as the page, and is kept with the next change that the device takes', async () => {
      const store = storeOf('mara');
      const refusal = refuse();
      await put(store, 'a');
      expect(store.isLoose('a')).toBe(true);
      expect(await ticketsIn(store)).toEqual(['a']);
      expect(await ticketsIn(storeOf('mara'))).toEqual([]);
      refusal.mockRestore();
      await store.change('a', (now) => now);
      expect(store.isLoose('a')).toBe(false);
      expect(await ticketsIn(storeOf('mara'))).toEqual(['a']);
    });

    test('gives way to what another tab sent meanwhile', async () => {
      const [one, other] = [storeOf('mara'), storeOf('mara')];
      await put(one, 'a');
      const refusal = refuse();
      await one.change('a', (now) => now && write(now, { ...form, what: 'newer' }, '', 6));
      refusal.mockRestore();
      await other.change('a', (now) => now && send(now, 7));
      expect(await one.drafts()).toMatchObject([{ form, standing: { kind: 'waiting' } }]);
    });

    test('closed, it keeps nothing; opened again, it does', async () => {
      const store = storeOf('mara');
      await put(store, 'a');
      store.close();
      await put(store, 'b');
      expect(store.isLoose('b')).toBe(true);
      store.open();
      await put(store, 'b');
      expect(await ticketsIn(storeOf('mara'))).toEqual(['a', 'b']);
    });
  });

  test('wiping takes everything', async () => {
    const store = storeOf('mara');
    await put(store, 'a');
    await store.wipe();
    expect(await storeOf('mara').drafts()).toEqual([]);
  });
});

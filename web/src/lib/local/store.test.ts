import 'fake-indexeddb/auto';
import { newDraft, send, write } from '@rung/sync/draft.ts';
import { afterEach, describe, expect, test } from 'vitest';
import { Store } from './store.ts';

const form = { title: 'Pump 3 leaks', site: null, severity: 'S2', description: '' } as const;
const draft = (ticket: string) => write(newDraft(ticket, `uid-${ticket}`, 1), form, '', 2);

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
    await before.put(draft('b'));
    await before.put(draft('a'));
    before.close();
    expect((await storeOf('mara').drafts()).map(({ ticket }) => ticket)).toEqual(['a', 'b']);
  });

  test('is not there for another person', async () => {
    await storeOf('mara').put(draft('a'));
    expect(await storeOf('jonas').drafts()).toEqual([]);
  });

  test('changes as it is now, not as somebody last saw it', async () => {
    const [one, other] = [storeOf('mara'), storeOf('mara')];
    await one.put(draft('a'));
    await Promise.all([
      one.change('a', (now) => send(now, 5)),
      other.change('a', (now) => write(now, { ...form, title: 'too late' }, '', 6)),
    ]);
    expect(await one.draft('a')).toMatchObject({
      form: { title: 'Pump 3 leaks' },
      standing: { kind: 'waiting', at: 5 },
    });
  });

  test('what was taken away does not come back by a change', async () => {
    const store = storeOf('mara');
    await store.put(draft('a'));
    await store.change('a', () => null);
    await store.change('a', (now) => now);
    expect(await store.drafts()).toEqual([]);
  });

  test('is told to those who watch, also what another tab did', async () => {
    const [one, other] = [storeOf('mara'), storeOf('mara')];
    const heard = new Promise<string[]>((resolve, reject) => {
      one.watch((drafts) => {
        if (drafts.length > 0) resolve(drafts.map(({ ticket }) => ticket));
      }, reject);
    });
    await other.put(draft('a'));
    expect(await heard).toEqual(['a']);
  });

  test('wiping takes everything', async () => {
    const store = storeOf('mara');
    await store.put(draft('a'));
    await store.wipe();
    expect(await storeOf('mara').drafts()).toEqual([]);
  });
});

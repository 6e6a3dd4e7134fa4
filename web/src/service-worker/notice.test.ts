import type { Says } from '@rung/domain/paging/says.ts';
import { describe, expect, test } from 'vitest';
import { newPager, overMs, type Pager } from '../lib/local/pager.ts';
import {
  forStranger,
  isOvertaken,
  isPage,
  noticeOf,
  remember,
  unreadable,
  type Here,
  type Push,
  type Shown,
} from './notice.ts';

const ticket = '01JD0000000000000000000001';
const mara: Pager = { ...newPager, device: 'd', secret: 's', person: 'mara' };
const home = (more: Partial<Pager> = {}): Here => ({ kind: 'open', pager: { ...mara, ...more } });

function push(says: Says, { seq = 2, at = 1000, title = `${says} of Cold store` } = {}): Push {
  const page = `${ticket}.${seq}.1`;
  const isPaging = says === 'page' || says === 'still-on-it';
  const seen = isPaging ? ({ generation: 1, severity: 'S1' } as const) : null;
  const whose = { person: 'mara', name: 'Mara', ticket, page, seen, at };
  return {
    ...{ title, body: `#7 ${says}`, navigate: `https://rung.test/tickets/${ticket}` },
    ...{ lang: 'en', tag: ticket, silent: !isPaging },
    data: { id: `${page}/1`, says, ...whose },
  };
}
/** What stands on the screen after it. */
function standing(one: Push, here = home()): Shown {
  const { title, options } = noticeOf(one, here, []);
  const { tag, lang, body, data } = options;
  return { title, body: body ?? '', tag, lang: lang ?? '', data };
}

describe('a page', () => {
  test('rings, stays until somebody looks, and can be acknowledged where it stands', () => {
    const { title, options } = noticeOf(push('page'), home(), []);
    expect(title).toBe('page of Cold store');
    expect(options).toMatchObject({ tag: ticket, lang: 'en', timestamp: 1000, silent: false });
    expect(options).toMatchObject({ renotify: true, requireInteraction: true });
    expect(options.actions?.map(({ action }) => action)).toEqual(['acknowledge', 'open']);
    expect(options.data).toMatchObject({ page: `${ticket}.2.1`, navigate: push('page').navigate });
  });

  test('without anything to answer can only be opened', () => {
    const { data, ...rest } = push('page');
    const { options } = noticeOf({ ...rest, data: { ...data, seen: null } }, home(), []);
    expect(options.actions).toBe(undefined);
  });

  test('that was taken back before it came shows what took it back, quietly', () => {
    const { over } = remember(mara, push('taken', { at: 2000 }), 50);
    const { title, options } = noticeOf(push('page'), home({ over }), []);
    expect([title, options.silent, options.renotify]).toEqual(['taken of Cold store', true, false]);
    expect([options.actions, isPage(options.data)]).toEqual([undefined, false]);
    // Another page of that ticket stands.
    expect(noticeOf(push('page', { seq: 5 }), home({ over }), []).options.silent).toBe(false);
  });

  test('that asks again after it was taken back is asked', () => {
    const { over } = remember(mara, push('taken', { at: 2000 }), 50);
    const asks = (at: number) => noticeOf(push('still-on-it', { at }), home({ over }), []).title;
    expect([asks(1500), asks(3000)]).toEqual(['taken of Cold store', 'still-on-it of Cold store']);
  });
});

describe('a withdrawal', () => {
  test('stands quietly in place of its page', () => {
    const shown = [standing(push('page'))];
    const { title, options } = noticeOf(push('solved'), home(), shown);
    expect([title, options.tag]).toEqual(['solved of Cold store', ticket]);
    expect(options).toMatchObject({ silent: true, renotify: false, requireInteraction: false });
  });

  test.each(['taken', 'page'] as const)(
    'or page (%s) that comes late leaves the newer page',
    (says) => {
      const shown = [standing(push('page', { seq: 12, title: 'Newer' }))];
      const late = noticeOf(push(says, { seq: 9 }), home(), shown);
      expect([late.title, late.options.silent, late.options.renotify]).toEqual([
        'Newer',
        true,
        false,
      ]);
      expect(late.options.actions).toHaveLength(2);
      expect(late.options.data).toEqual(shown[0]?.data);
      // What was answered asks for nothing any more.
      const over = shown.map((one) => ({
        ...one,
        data: one.data && { ...one.data, isOver: true },
      }));
      expect(noticeOf(push(says, { seq: 9 }), home(), over).title).toBe(`${says} of Cold store`);
    },
  );

  test('takes back the pages before it too, whenever they come; not those after it', () => {
    const { over } = remember(mara, push('taken', { seq: 11 }), 50);
    const older = noticeOf(push('page', { seq: 4 }), home({ over }), []);
    expect([older.title, older.options.silent]).toEqual(['taken of Cold store', true]);
    expect(older.options.actions).toBeUndefined();
    const newer = noticeOf(push('page', { seq: 15 }), home({ over }), []);
    expect(newer.title).toBe('page of Cold store');
  });

  test('is remembered a day, and nothing else is', () => {
    expect(remember(mara, push('page'), 50)).toBe(mara);
    const after = remember(mara, push('moved', { seq: 2 }), 50);
    const twice = remember(after, push('moved', { seq: 2 }), 60);
    expect(twice.over).toMatchObject([{ page: `${ticket}.2.1`, heardAt: 60 }]);
    const later = remember(twice, push('moved', { seq: 3 }), 60 + overMs);
    expect(later.over.map(({ page }) => page)).toEqual([`${ticket}.3.1`]);
  });
});

describe('a page that was answered and is not sent', () => {
  const words = { title: 'Not sent yet', body: 'Open Rung' };
  const answered = (more: object = {}): Shown => {
    const one = standing(push('page', { seq: 12 }));
    return {
      ...one,
      ...words,
      data: one.data && { ...one.data, uid: 'u', isUnsent: true, ...more },
    };
  };

  test('stays so under the same uid when it comes once more, and calls again', () => {
    const { title, options } = noticeOf(push('page', { seq: 12 }), home(), [answered()]);
    expect([title, options.body]).toEqual(['Not sent yet', 'Open Rung']);
    expect(options).toMatchObject({ silent: false, renotify: true, data: { uid: 'u' } });
    expect(options.data).toEqual(answered().data);
    expect(options.actions).toHaveLength(2);
  });

  test('stays quiet while it is on its way', () => {
    const shown = [answered({ isSending: true })];
    const { options } = noticeOf(push('page', { seq: 12 }), home(), shown);
    expect(options).toMatchObject({ silent: true, data: { uid: 'u', isSending: true } });
    expect(options.actions).toBe(undefined);
  });

  test.each(['page', 'taken'] as const)('keeps its uid though an older %s comes late', (says) => {
    const { title, options } = noticeOf(push(says, { seq: 9 }), home(), [answered()]);
    expect([title, options.silent, options.data.uid]).toEqual(['Not sent yet', true, 'u']);
  });

  test('gives way to a question, to a newer page and to what takes it back', () => {
    const after = (says: Says, seq = 12) => noticeOf(push(says, { seq }), home(), [answered()]);
    expect(after('still-on-it').title).toBe('still-on-it of Cold store');
    expect(after('page', 15).options.data.uid).toBe(undefined);
    expect(after('taken').title).toBe('taken of Cold store');
  });

  test('is told of in its own place, never in that of what came since', () => {
    const now = (...shown: Shown[]) => isOvertaken(answered(), shown);
    expect([now(), now(answered()), now(standing(push('page', { seq: 9 })))]).toEqual([
      false,
      false,
      false,
    ]);
    expect(now(standing(push('page', { seq: 15 })))).toBe(true);
    expect(now(standing(push('taken', { seq: 15 })))).toBe(true);
    expect(now(standing(push('taken', { seq: 12 })))).toBe(false);
    expect(now(standing(push('still-on-it', { seq: 12, at: 2000 })))).toBe(true);
  });
});

describe('details', () => {
  const words = (says: Says, here: Here) => {
    const { title, options } = noticeOf(push(says), here, []);
    return `${title} ${options.body}`;
  };
  const all: readonly Says[] = ['page', 'still-on-it', 'taken', 'solved', 'fault', 'pager-lost'];

  test.each(all)(
    'of %s are not on the screen of who hides them, nor while that is unknown',
    (says) => {
      expect(words(says, home())).toContain('Cold store');
      for (const here of [home({ hideDetails: true }), { kind: 'failed' } as const]) {
        expect(words(says, here)).not.toMatch(/Cold store|#7/);
      }
      const { options } = noticeOf(push(says), home({ hideDetails: true }), []);
      expect(options.tag).toBe(ticket);
    },
  );

  test('hidden once come back in full', () => {
    const shown = [standing(push('page', { seq: 12, title: 'Newer' }), { kind: 'failed' })];
    expect(noticeOf(push('taken'), home(), shown).title).toBe('Newer');
  });

  test('are not for a browser where their person is not signed in', () => {
    const { title, options } = noticeOf(push('page'), { kind: 'open', pager: null }, []);
    expect(title).toBe('New page for Mara, sign in');
    expect(JSON.stringify(options)).not.toMatch(/Cold store|#7|S1/);
    expect([options.actions, options.silent]).toEqual([undefined, false]);
    const { data, ...rest } = push('page');
    expect(forStranger({ ...rest, data: { ...data, name: '' } }).title).toBe('New page');
    expect(forStranger({ ...push('taken'), lang: 'de' })).toMatchObject({
      title: 'Neues für Mara, melde dich an',
      options: { silent: true },
    });
  });
});

test('what cannot be read is shown as a page', () => {
  expect(unreadable('de')).toMatchObject({
    title: 'Neuer Alarm, öffne Rung',
    options: { renotify: true, requireInteraction: true, data: { navigate: '/' } },
  });
});

import { expect, test } from 'vitest';
import { fileOf, photoName, type Unsent } from './export.ts';

test('the file has every command and its words, and of pictures what they are', () => {
  const waiting = [{ uid: 'u', command: { name: 'progress', args: { note: 'it drips' } } }];
  const photos = [{ id: 'f', size: 3, thumbnail: 'AAAA' }];
  const unsent = { person: 'mara', drafts: [], problems: [], waiting, photos } as unknown as Unsent;
  const { name, text } = fileOf(unsent, Date.parse('2026-11-22T11:00:00Z'));
  expect(name).toBe('rung-outbox-2026-11-22.json');
  expect(JSON.parse(text)).toEqual({
    madeAt: '2026-11-22T11:00:00.000Z',
    ...{ person: 'mara', drafts: [], problems: [], waiting },
    photos: [{ id: 'f', size: 3 }],
  });
});

test('a picture is called by its day, and told apart from others of it', () => {
  const addedAt = Date.parse('2026-11-22T11:00:00Z');
  const name = (id: string, type: 'image/jpeg' | 'image/webp') => photoName({ id, type, addedAt });
  expect(name('01KAHJ3ZZZZZZZZZZZZZZZZZA1', 'image/jpeg')).toBe('rung-photo-2026-11-22-ZZA1.jpg');
  expect(name('01KAHJ3ZZZZZZZZZZZZZZZZZB2', 'image/webp')).toBe('rung-photo-2026-11-22-ZZB2.webp');
});

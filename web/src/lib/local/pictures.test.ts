import { expect, test } from 'vitest';
import { goingOf, refusedAlone } from './pictures.ts';
import type { HeldFile, Pending, Problem } from './rows.ts';

const picture = (id: string, more: Partial<HeldFile> = {}) =>
  ({ id, state: 'attached', refused: null, ...more }) as HeldFile;
const ids = (pictures: readonly HeldFile[]) => pictures.map(({ id }) => id);

test('a picture goes once its command waits no more, unless it is a draft’s or was refused', () => {
  const pictures = [
    picture('goes'),
    picture('waits'),
    picture('draft', { state: 'draft' }),
    picture('refused', { refused: 'too-large' }),
  ];
  expect(ids(goingOf(pictures, [{ uid: 'waits' }] as Pending[]))).toEqual(['goes']);
});

test('a refused picture is told of once: by its problem, by its report’s, or by itself', () => {
  const refused = { refused: 'forbidden' };
  const pictures = [
    picture('goes'),
    ...['bytes', 'command', 'report'].map((id) => picture(id, refused)),
  ];
  const problems = [
    { uid: 'command', dependants: [] },
    { uid: 'other', dependants: [{ uid: 'report' }] },
  ] as unknown as Problem[];
  expect(ids(refusedAlone(pictures, problems))).toEqual(['bytes']);
});

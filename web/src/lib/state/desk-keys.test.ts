import { expect, test } from 'vitest';
import { deskKey, type Focus } from './desk-keys.ts';

const pressed = (key: string, more: object = {}) => ({
  ...{ key, ctrlKey: false, metaKey: false, altKey: false, isComposing: false },
  ...more,
});

test('a letter is an act where nobody types, and Shift does not matter to a sign', () => {
  expect(deskKey(pressed('j'), 'none')).toBe('down');
  expect(deskKey(pressed('e'), 'control')).toBe('acknowledge');
  expect(deskKey(pressed('?'), 'none')).toBe('keys');
});

test.each<Focus>(['typing', 'dialog'])('no key is an act while there is %s', (focus) => {
  for (const key of ['j', 'e', 'x', 'Enter', 'Escape', '?']) {
    expect(deskKey(pressed(key), focus)).toBeNull();
  }
});

test('a link and a button keep their Enter', () => {
  expect(deskKey(pressed('Enter'), 'none')).toBe('open');
  expect(deskKey(pressed('Enter'), 'control')).toBeNull();
});

test('what belongs to the browser, or to a writing aid, is left to it', () => {
  for (const more of [
    { ctrlKey: true },
    { metaKey: true },
    { altKey: true },
    { isComposing: true },
  ]) {
    expect(deskKey(pressed('n', more), 'none')).toBeNull();
  }
});

test('a capital is no act, nor is a name that every object has', () => {
  expect(deskKey(pressed('E'), 'none')).toBeNull();
  expect(deskKey(pressed('constructor'), 'none')).toBeNull();
});

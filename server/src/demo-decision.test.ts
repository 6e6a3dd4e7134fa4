import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { demoDecision } from './demo-decision.ts';

const file = pathToFileURL('/data/rung.db');
const postgres = new URL('postgres://localhost/rung');
const here = new URL('http://localhost:3000');
const there = new URL('https://rung.example.org');
const loopback = '127.0.0.1';

const empty = { isMarked: false, isEmpty: true };
const real = { isMarked: false, isEmpty: false };
const marked = { isMarked: true, isEmpty: false };
/** It was marked, and the server died before the company was in it. */
const begun = { isMarked: true, isEmpty: true };

test.each([
  // By itself: on this machine alone, on SQLite, where nothing is or the demo was before.
  [null, file, loopback, here, empty, 'on'],
  [null, file, loopback, here, marked, 'on'],
  [null, file, loopback, here, begun, 'on'],
  [null, file, '::1', here, empty, 'on'],
  [null, file, 'localhost', new URL('http://127.0.0.1:3000'), empty, 'on'],
  [null, file, loopback, here, real, 'off'],
  [null, file, '0.0.0.0', here, empty, 'off'],
  [null, file, '::', here, empty, 'off'],
  [null, file, 'rung.example.org', here, empty, 'off'],
  [null, file, loopback, there, empty, 'off'],
  [null, postgres, loopback, here, empty, 'off'],
  [null, postgres, loopback, here, real, 'off'],
  // What was a demo is nothing else, whatever the variables say.
  [null, file, '0.0.0.0', here, marked, 'refused'],
  [null, file, loopback, there, marked, 'refused'],
  [null, postgres, loopback, here, marked, 'refused'],
  [false, file, loopback, here, marked, 'refused'],
  [false, file, loopback, here, begun, 'refused'],
  // Not wanted.
  [false, file, loopback, here, empty, 'off'],
  [false, file, loopback, here, real, 'off'],
  // Wanted: everywhere, but never among real people.
  [true, file, loopback, here, empty, 'on'],
  [true, file, '0.0.0.0', there, empty, 'on for others'],
  [true, file, loopback, there, marked, 'on for others'],
  [true, postgres, loopback, here, empty, 'on'],
  [true, postgres, loopback, here, marked, 'on'],
  [true, file, loopback, here, real, 'refused'],
  [true, postgres, '0.0.0.0', there, real, 'refused'],
] as const)(
  'RUNG_DEMO %s, %s, HOST %s, PUBLIC_URL %s, %o: %s',
  (demo, databaseUrl, host, publicUrl, found, expected) => {
    const decided = demoDecision({ demo, databaseUrl, host, publicUrl }, found);
    const isOpen = decided.kind === 'on' && decided.isReachable;
    expect(decided.kind + (isOpen ? ' for others' : '')).toBe(expected);
  },
);

test('a refusal says what to do', () => {
  const sentence = (demo: boolean | null, found: typeof marked) => {
    const decided = demoDecision(
      { demo, databaseUrl: file, host: '0.0.0.0', publicUrl: there },
      found,
    );
    return decided.kind === 'refused' ? decided.sentence : '';
  };
  expect(sentence(null, marked)).toMatch(/RUNG_DATA.*RUNG_DEMO=1 shows the demo/);
  expect(sentence(false, marked)).toMatch(/RUNG_DATA.*leave RUNG_DEMO out/);
  expect(sentence(true, real)).toMatch(/RUNG_DEMO=1.*in use.*RUNG_DATA/);
});

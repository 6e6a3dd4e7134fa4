import { expect, test } from 'vitest';
import { ConnectionLost, troubleOf } from './trouble.ts';

const withCode = (code: string) => Object.assign(new Error('x'), { code });

test.each([
  ['SQLITE_BUSY', 'transient'],
  ['SQLITE_FULL', 'transient'],
  ['SQLITE_IOERR_WRITE', 'transient'],
  ['40001', 'transient'],
  ['40P01', 'transient'],
  ['55P03', 'transient'],
  ['57014', 'transient'],
  ['57P01', 'transient'],
  ['53100', 'transient'],
  ['08006', 'transient'],
  ['ECONNREFUSED', 'transient'],
  ['ENOSPC', 'transient'],
  ['SQLITE_CONSTRAINT_PRIMARYKEY', 'conflict'],
  ['SQLITE_CONSTRAINT_UNIQUE', 'conflict'],
  ['23505', 'conflict'],
  ['SQLITE_CONSTRAINT_NOTNULL', 'defect'],
  ['22021', 'defect'],
  ['42P01', 'defect'],
])('%s is %s', (code, trouble) => {
  expect(troubleOf(withCode(code))).toBe(trouble);
});

test('a lost connection is transient, also where a library wrapped it', () => {
  const lost = new ConnectionLost('cut');
  expect(troubleOf(lost)).toBe('transient');
  expect(troubleOf(new Error('outer', { cause: new Error('inner', { cause: lost }) }))).toBe(
    'transient',
  );
});

test('what tells nothing is our fault', () => {
  expect(troubleOf(new Error('x'))).toBe('defect');
  expect(troubleOf('x')).toBe('defect');
});

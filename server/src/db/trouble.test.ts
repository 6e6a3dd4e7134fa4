import { expect, test } from 'vitest';
import { ConnectionLost, mayBeTooMuch, troubleOf } from './trouble.ts';

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
  ['ENETUNREACH', 'transient'],
  ['EAI_FAIL', 'transient'],
  ['ERR_STREAM_DESTROYED', 'transient'],
  ['25006', 'transient'],
  ['58030', 'transient'],
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

test('others that do not listen are no fault of what is told; what is too large for good is', () => {
  const refused = Object.assign(withCode('54000'), { routine: 'PreCommit_Notify' });
  expect(troubleOf(refused)).toBe('transient');
  expect(troubleOf(withCode('54000'))).toBe('defect');
});

test('what tells nothing is our fault', () => {
  expect(troubleOf(new Error('x'))).toBe('defect');
  expect(troubleOf('x')).toBe('defect');
});

test('what took too long or too much may go through for fewer', () => {
  expect(mayBeTooMuch(new Error('outer', { cause: withCode('57014') }))).toBe(true);
  expect(mayBeTooMuch(withCode('54001'))).toBe(true);
  expect(mayBeTooMuch(withCode('ECONNREFUSED'))).toBe(false);
});

import { expect, test } from 'vitest';
import { fileIn } from './metadata.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');

test.for([
  [`file ${base64('01KC')}`, '01KC'],
  [`name ${base64('x')},file ${base64('01KC')}`, '01KC'],
  [`isConfidential, file ${base64('01KC')}`, '01KC'],
  [`file`, null],
  [`files ${base64('01KC')}`, null],
  ['', null],
  [undefined, null],
] as const)('%s names %s', ([metadata, file]) => {
  expect(fileIn(metadata)).toBe(file);
});

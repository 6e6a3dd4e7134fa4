import type * as v from 'valibot';

/** The library's own words begin so; ours never do. */
const libraryWords = /^Invalid (type|key|value|length|format)\b/;

/** The issue's message; where it is still the library's, one that says what to do. */
export function explain(issue: v.BaseIssue<unknown>): string {
  if (!libraryWords.test(issue.message)) return issue.message;
  if (issue.input === null || issue.input === undefined)
    return 'is empty; write a value, or remove it';
  if (issue.expected === 'string') {
    return typeof issue.input === 'object'
      ? 'is a list or block; write a text'
      : `is not a text; put it in quotes: "${String(issue.input)}"`;
  }
  return `is not what belongs here (expected ${issue.expected ?? 'something else'})`;
}

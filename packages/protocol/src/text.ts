import * as v from 'valibot';
import { storable } from './storable.ts';

/** One line or more, cleaned by `storable` and trimmed; at least one and at most `most` characters. */
export function text(most: number) {
  return v.pipe(
    v.string(),
    v.transform(storable),
    v.trim(),
    v.check(isVisible, 'is empty'),
    v.maxLength(most, `is longer than ${most} characters`),
  );
}

/** Whether there is anything to see: signs that take no room and marks of direction alone are not. */
export function isVisible(text: string): boolean {
  return /[^\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}]/u.test(text);
}

/** As `text`, but may be empty. */
export function optionalText(most: number) {
  return v.pipe(
    v.string(),
    v.transform(storable),
    v.trim(),
    v.maxLength(most, `is longer than ${most} characters`),
  );
}

/** A ULID, in its one canonical spelling: 26 characters of Crockford's base 32, upper case. */
export const ulid = v.pipe(v.string(), v.regex(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/, 'is not a ULID'));

/** A page: its ticket's ULID, the event that made it, and which of its pages. */
export const pageId = v.pipe(
  v.string(),
  v.regex(/^[0-7][0-9A-HJKMNP-TV-Z]{25}\.[1-9]\d{0,8}\.[1-9]\d{0,4}$/, 'is not a page'),
);

/** A key of the directory: a short lower-case word. */
export const key = v.pipe(
  v.string(),
  v.regex(
    /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
    'is not a key: lower-case letters, digits and inner hyphens, at most 63',
  ),
);

/** Server minus device clock, ms, as a device measured it; null = it never did. */
export const offset = v.nullable(
  v.pipe(
    v.number(),
    v.integer(),
    v.minValue(-253_402_300_799_999),
    v.maxValue(253_402_300_799_999),
  ),
);

/** Whole milliseconds since 1970, UTC, up to the year 9999. */
export const instant = v.pipe(
  v.number(),
  v.integer('is not a whole number'),
  v.minValue(0),
  v.maxValue(253_402_300_799_999),
);

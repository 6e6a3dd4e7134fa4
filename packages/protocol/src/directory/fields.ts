/** Building blocks of the document's schema. Their messages follow a path and say what to do. */

import { nearest } from '@rung/domain/directory/nearest.ts';
import * as v from 'valibot';

/** Whether the value is a block of named values, as YAML and JSON have them. */
export function isBlock(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export const notABlock = 'is not a block; write lines of "name: value", indented, below it';

/** "unknown key 'memebers'; did you mean 'members'?" */
export function unknownKey(key: string, known: readonly string[]): string {
  const near = nearest(key, known);
  return near === null
    ? `unknown key '${key}'; possible are ${known.join(', ')}`
    : `unknown key '${key}'; did you mean '${near}'?`;
}

/** A path item of an issue that an action adds by hand. */
export function at(input: Record<string, unknown>, key: string): v.ObjectPathItem {
  return { type: 'object', origin: 'value', input, key, value: input[key] };
}

/** An object with these fields and no others; unlike `strictObject` it names every unknown key, with a proposal. */
export function fields<const Entries extends v.ObjectEntries>(entries: Entries) {
  const known = Object.keys(entries);
  const lead = (issue: { readonly path?: readonly { readonly key?: unknown }[] | undefined }) =>
    String(issue.path?.at(-1)?.key);
  return v.pipe(
    v.custom<Record<string, unknown>>(isBlock, notABlock),
    v.looseObject(entries, (issue) => `has no "${lead(issue)}:"; add it`),
    v.rawCheck(({ dataset, addIssue }) => {
      if (!isBlock(dataset.value)) return;
      const value = dataset.value;
      for (const key of Object.keys(value)) {
        if (known.includes(key)) continue;
        addIssue({ message: unknownKey(key, known), path: [at(value, key)] });
      }
    }),
  );
}

/** A list; one value alone may stand without brackets. */
export function listOf<const Item extends v.GenericSchema>(item: Item, most: number) {
  return v.pipe(
    v.unknown(),
    v.transform((input) => (Array.isArray(input) ? input : [input])),
    v.array(item),
    v.maxLength(most, `has more than ${most} entries`),
  );
}

/** Each value once, sorted by character. */
export function sorted<Value extends string>(values: readonly Value[]): readonly Value[] {
  return [...new Set(values)].sort();
}

/** What people may leave out, or leave empty. */
export function maybe<const Schema extends v.GenericSchema>(schema: Schema) {
  return v.nullish(schema, null);
}

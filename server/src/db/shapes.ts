import { CompiledQuery } from 'kysely';
import type { Database } from './open.ts';

type Builds = Pick<Database, 'build' | 'dialect'>;

/**
 * A statement that is built once for each shape and from then on only gets its values: Kysely takes longer to build
 * most of them than a database to run them. `valuesOf`: the parameters in their order; the first use of a shape
 * holds them to that. `shapeOf`: what else than values makes the text; null = too rare to be kept.
 */
export function shaped<Input, Row = unknown>(
  make: (db: Builds, input: Input) => CompiledQuery<Row>,
  valuesOf: (input: Input) => readonly unknown[],
  shapeOf: (input: Input) => string | null,
): (db: Builds, input: Input) => CompiledQuery<Row> {
  const known = new WeakMap<Database['build'], Map<string, CompiledQuery<Row>>>();
  return (db, input) => {
    const shape = shapeOf(input);
    if (shape === null) return make(db, input);
    const texts = known.get(db.build) ?? new Map<string, CompiledQuery<Row>>();
    known.set(db.build, texts);
    const before = texts.get(shape);
    const parameters = valuesOf(input);
    if (before !== undefined) return { ...before, parameters };
    const made = make(db, input);
    assertSame(made, parameters);
    // Its text alone: what it was made for first must not be kept for ever.
    texts.set(shape, CompiledQuery.raw(made.sql) as CompiledQuery<Row>);
    return made;
  };
}

/** As `shaped`, for a list of which only the length makes the text. `before`: values that come before the list's. */
export function shapedList<Item, Row = unknown>(
  make: (db: Builds, items: readonly Item[]) => CompiledQuery<Row>,
  valuesOf: (item: Item) => readonly unknown[],
  before: readonly unknown[] = [],
): (db: Builds, items: readonly Item[]) => CompiledQuery<Row> {
  return shaped(make, (items) => [...before, ...items.flatMap(valuesOf)], ofLength);
}

/** Longer lists are rare, and their texts long. */
const longest = 32;

export function ofLength({ length }: readonly unknown[]): string | null {
  return length > longest ? null : String(length);
}

function assertSame({ sql, parameters }: CompiledQuery, values: readonly unknown[]): void {
  const isSame =
    parameters.length === values.length && parameters.every((one, n) => Object.is(one, values[n]));
  if (!isSame) throw new Error(`defect: these are not the values of ${sql}`);
}

import * as v from 'valibot';

/** Reads an answer by a schema; for pages that few load. */
export function by<Schema extends v.GenericSchema>(
  schema: Schema,
): (value: unknown) => v.InferOutput<Schema> | null {
  return (value) => {
    const read = v.safeParse(schema, value);
    return read.success ? read.output : null;
  };
}

import type { Context } from 'hono';
import * as v from 'valibot';
import { HttpProblem } from './problem.ts';

/** What a schema without a sentence of its own says; valibot's own sentences repeat what was sent. */
const message = 'is missing or not of the right kind';

/**
 * The request's JSON body, parsed by the schema.
 *
 * @throws HttpProblem `invalid`, naming the first field that is wrong and never repeating its value.
 */
export async function readBody<Schema extends v.GenericSchema>(
  c: Context,
  schema: Schema,
): Promise<v.InferOutput<Schema>> {
  if (!/^application\/json(;|$)/.test(c.req.header('content-type') ?? '')) {
    throw new HttpProblem('invalid', 'The body must be JSON, with Content-Type application/json.');
  }
  const text = await c.req.text();
  const parsed = v.safeParse(schema, parseJson(text), { message });
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const field = fieldOf(issue);
  throw new HttpProblem(
    'invalid',
    field === null ? 'The body is not of the right kind.' : `The field ${field} ${issue.message}.`,
    field === null ? {} : { field },
  );
}

/**
 * One value of the address's query, parsed by the schema.
 *
 * @throws HttpProblem `invalid`, naming it.
 */
export function readQuery<Schema extends v.GenericSchema>(
  c: Context,
  name: string,
  schema: Schema,
): v.InferOutput<Schema> {
  const parsed = v.safeParse(schema, c.req.query(name), { message });
  if (parsed.success) return parsed.output;
  throw new HttpProblem('invalid', `${name} ${parsed.issues[0].message}.`, { field: name });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new HttpProblem('invalid', 'The body is not JSON.');
  }
}

/** Dotted path; null where the sender made up the name, which we do not repeat. */
function fieldOf(issue: v.BaseIssue<unknown>): string | null {
  const keys = issue.path?.map((part) => String(part.key)) ?? [];
  const isMadeUp = issue.type === 'strict_object' || keys.some((one) => !/^\w{1,40}$/.test(one));
  if (isMadeUp) keys.pop();
  return keys.length === 0 || keys.some((one) => !/^\w{1,40}$/.test(one)) ? null : keys.join('.');
}

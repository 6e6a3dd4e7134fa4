import { type DeviceList, type Registered, registration } from '@rung/protocol/device.ts';
import { ulid } from '@rung/protocol/text.ts';
import { type Context, Hono } from 'hono';
import { ulid as newUlid } from 'ulid';
import * as v from 'valibot';
import { newSecret } from '../auth/device-secret.ts';
import { devicesOf, isSucceeded, knownDevice } from '../db/devices.ts';
import { readBody } from './body.ts';
import { guard } from './guard.ts';
import { HttpProblem, notFound } from './problem.ts';
import type { Env, Parts } from './parts.ts';

/** A person's devices: a browser registers itself, he sees which he has, and removes one that he lost. */
export function deviceRoutes(parts: Parts): Hono<Env> {
  const { auth, clock, db, writer } = parts;

  return new Hono<Env>()
    .post('/', guard(parts, 'POST /api/devices'), async (c) => {
      await readBody(c, registration);
      const person = personOf(c);
      const at = clock.now();
      const device = newUlid(at);
      const { secret, secretHash } = newSecret();
      const { sessionHash } = c.var;
      const isTaken = await writer.registerDevice({
        id: device,
        person,
        secretHash,
        sessionHash,
        at,
      });
      if (!isTaken) {
        throw new HttpProblem(
          'conflict',
          'You have fifty devices, and all were heard lately: remove one that you do not use.',
        );
      }
      return c.json({ device, secret, person, time: at } satisfies Registered);
    })

    .get('/', guard(parts, 'GET /api/devices'), async (c) => {
      const rows = await devicesOf(db, personOf(c));
      const devices = rows.map((row) => ({
        device: row.id,
        registeredAt: row.registered_at,
        contactAt: row.heard_at,
        pending: row.pending,
        isRevoked: row.revoked_at !== null,
      }));
      return c.json({ devices } satisfies DeviceList);
    })

    .delete('/:id', guard(parts, 'DELETE /api/devices/:id'), async (c) => {
      const { actor } = c.var;
      const id = v.safeParse(ulid, c.req.param('id'));
      const isItsOwn = actor.kind !== 'device' || actor.device === c.req.param('id');
      if (!id.success || !isItsOwn) throw notFound();
      const device = { id: id.output, person: personOf(c), at: clock.now() };
      const known = await knownDevice(db, device.id);
      if (known === null || !(await writer.revokeDevice(device))) throw notFound();
      // Else it would register anew. Whoever registered twice in one browser removes the older and stays signed in.
      const { sessionHash } = known;
      if (sessionHash !== null && !(await isSucceeded(db, device.id, known))) {
        await auth.endSession(device.person, sessionHash);
      }
      return c.body(null, 204);
    });
}

function personOf({ var: { actor } }: Context<Env>): string {
  if (!('person' in actor)) throw notFound();
  return actor.person;
}

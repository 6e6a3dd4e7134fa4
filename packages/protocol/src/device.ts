/** A device: one browser of one person. It registers once, with a session. */

import * as v from 'valibot';
import { instant, key, ulid } from './text.ts';

/** POST /api/devices */
export const registration = v.strictObject({});

/** Its answer. The secret is told this once. */
export const registered = v.object({
  device: ulid,
  /** 256 bits, base64url. Where there is no session it lets the device leave what was typed on it, and remove itself. */
  secret: v.string(),
  person: key,
  /** The server's clock. */
  time: instant,
});
export type Registered = v.InferOutput<typeof registered>;

/** GET /api/devices: one's own, heard last first; those that were removed among them. */
export const deviceList = v.object({
  devices: v.array(
    v.object({
      device: ulid,
      registeredAt: instant,
      /** When it was heard last, to half a minute. */
      contactAt: instant,
      /** How many commands waited on it when it was heard last. */
      pending: v.number(),
      isRevoked: v.boolean(),
    }),
  ),
});
export type DeviceList = v.InferOutput<typeof deviceList>;

/**
 * The server as a process of its own, as main.ts runs it, with a way to reach people: what is sent stands in the log
 * as `sent <person> <says> <notification>`, at once, also when the process is killed right after it.
 */

import { writeSync } from 'node:fs';
import { systemClock } from '../../server/src/clock.ts';
import { parseConfig } from '../../server/src/config.ts';
import type { Transport } from '../../server/src/dispatch/transport.ts';
import { openHouse } from '../../server/src/house.ts';
import { openLog } from '../../server/src/log.ts';
import { secretIn } from '../../server/src/secret.ts';
import { recorded } from './recorder.ts';

const log = openLog();
const parsed = parseConfig(process.env);
if (!parsed.ok) throw new Error(parsed.faults.join('\n'));
const { secret, data } = parsed.config;
const config = { ...parsed.config, secret: secret ?? secretIn(data) };

const transport: Transport = {
  async send({ notification: { id, message } }) {
    const msg = `sent ${message.person} ${message.says} ${id}`;
    writeSync(1, `${JSON.stringify({ msg, id, person: message.person })}\n`);
    return { kind: 'displayed' };
  },
};
const transports = new Map([[recorded, transport]]);
const house = await openHouse({ config, clock: systemClock, log }, { transports });
log.info('Rung is serving', { url: house.url.href });

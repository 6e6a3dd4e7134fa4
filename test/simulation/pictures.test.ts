/**
 * Pictures through networks that cut and tabs that die: however it went, the server has exactly the bytes that were taken,
 * and until it says so the device has them (sync.md, section 10: invariants 2, 3, 17).
 */

import { createHash } from 'node:crypto';
import fc from 'fast-check';
import sharp from 'sharp';
import { ulid } from 'ulid';
import { describe, expect, test } from 'vitest';
import { reportArgs } from '../harness/command.ts';
import { type Device, deviceOf } from '../harness/device.ts';
import { type Dialect, dialects } from '../harness/dialects.ts';
import { minutes, type Story, tellStory } from '../harness/story.ts';

const step = fc.constantFrom(
  ...([
    'take',
    'exchange',
    'send',
    'send',
    'lose',
    'offline',
    'online',
    'reopen',
    'restart',
  ] as const),
);
type Step = typeof step extends fc.Arbitrary<infer Some> ? Some : never;

describe.each(dialects)('pictures on %s', (dialect) => {
  test('arrive whole and once, whatever happens to their device', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), (steps) =>
        live(dialect, steps),
      ),
      { numRuns: dialect === 'sqlite' ? 5 : 2 },
    );
  });
});

async function live(dialect: Dialect, steps: readonly Step[]): Promise<void> {
  const story = await tellStory(dialect);
  const device = deviceOf(
    async (path, init) => (await story.as('mara'))(path, init),
    'mara',
    story.house.clock,
  );
  const ticket = ulid(story.house.clock.now());
  const taken = new Map<string, string>();
  try {
    await device.do({ name: 'report', args: { ...reportArgs('Pump leaks'), ticket } });
    for (const one of steps) {
      await take(one, story, device, ticket, taken);
      await assertKept(device, story, taken);
    }
    device.online();
    for (let n = 0; n < 8; n++) {
      await device.exchange();
      await device.sendPictures();
    }
    await device.exchange();
    const stored = await storedIn(device, ticket);
    expect(stored.sort()).toEqual([...taken].sort());
    expect(await device.read((reading) => reading.files())).toEqual([]);
  } finally {
    await device.close();
    await story.end();
  }
}

async function take(
  step: Step,
  story: Story,
  device: Device,
  ticket: string,
  taken: Map<string, string>,
): Promise<void> {
  switch (step) {
    case 'take': {
      const bytes = await pictureOf(taken.size);
      const hash = createHash('sha256').update(bytes).digest('hex');
      taken.set(await device.picture(ticket, bytes), hash);
      return;
    }
    case 'exchange':
      return void (await device.exchange());
    case 'send':
      return device.sendPictures();
    case 'lose':
      return device.loseAnswer();
    case 'restart':
      return story.isDownFor(minutes(1));
    case 'offline':
    case 'online':
    case 'reopen':
      return device[step]();
  }
}

/** Large enough for two parts: noise, which nothing makes small. */
function pictureOf(n: number): Promise<Uint8Array> {
  const raw = { width: 600, height: 400, channels: 3 } as const;
  const noise = Buffer.from(
    Array.from({ length: raw.width * raw.height * 3 }, (_, k) => ((k + n) * 2_654_435_761) >>> 24),
  );
  return sharp(noise, { raw }).jpeg({ quality: 100 }).toBuffer();
}

/** What the ticket says that the server has, with its hash. */
async function storedIn(device: Device, ticket: string): Promise<[string, string][]> {
  const entries = await device.read((reading) => reading.timeline(ticket));
  return entries.flatMap(({ event }) =>
    event.name === 'stored' ? [[event.args.file, event.args.hash] as [string, string]] : [],
  );
}

/** Every picture is whole on the device, or the server has it. */
async function assertKept(
  device: Device,
  story: Story,
  taken: ReadonlyMap<string, string>,
): Promise<void> {
  const here = await device.read((reading) => reading.files());
  for (const { id, hash } of here) {
    const parts = (await device.read((reading) => reading.bytes(id))) ?? [];
    const whole = createHash('sha256');
    for (const part of parts) whole.update(new Uint8Array(part));
    expect(whole.digest('hex')).toBe(hash);
  }
  expect(here.every(({ refused }) => refused === null)).toBe(true);
  const visit = await story.as('mara');
  for (const id of taken.keys()) {
    if (here.some((one) => one.id === id)) continue;
    expect((await visit(`/api/files/${id}`)).status).toBe(200);
  }
}

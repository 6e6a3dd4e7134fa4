import { emptyDirectory, withChanges } from '@rung/domain/directory/directory.ts';
import type { Change, Directory } from '@rung/domain/directory/directory.ts';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openStreams, type Outgoing } from './streams.ts';

const person = {
  name: 'Mara',
  email: 'mara@example.org',
  roles: ['staff'],
  client: null,
  ownTicketsOnly: false,
  disabled: false,
} as unknown as NonNullable<Extract<Change, { kind: 'person' }>['after']>;

const company: Directory = withChanges(
  emptyDirectory(),
  1,
  ['mara', 'otto'].map((key) => ({ kind: 'person', key, before: null, after: person })),
);

/** A response whose peer reads only when told to. */
function response() {
  const written: string[] = [];
  let close = (): void => undefined;
  const outgoing = {
    writableLength: 0,
    write: (chunk: Buffer) => void written.push(chunk.toString()),
    end: () => void written.push('<end>'),
    destroy: () => void written.push('<cut off>'),
    once: (_: 'close', listener: () => void) => (close = listener),
  };
  return {
    outgoing: outgoing as unknown as Outgoing,
    written,
    isFull: (bytes: number) => (outgoing.writableLength = bytes),
    leaves: () => close(),
  };
}

const poke = 'event: poke\ndata: {}\n\n';

describe('the open streams', () => {
  let dead: ReadonlySet<string>;
  let known: Directory;
  let readsDirectory: () => Promise<Directory>;
  const warn = vi.fn();
  const open = () =>
    openStreams({
      auth: { alive: async (ids) => new Set(ids.filter((id) => !dead.has(id))) },
      directory: { fresh: () => readsDirectory() },
      log: { info: vi.fn(), warn, error: vi.fn() },
    });
  const who = (person: string, session = person) => ({ person, session, directory: company });
  const hear = (...touched: string[]) => ({ touched, ended: [] });

  beforeEach(() => {
    dead = new Set();
    known = company;
    readsDirectory = async () => known;
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });
  const turns = (ms = 0) => vi.advanceTimersByTimeAsync(ms);

  test('are poked once for all that changed in a turn, and again for what changes after it', async () => {
    const streams = open();
    const { outgoing, written } = response();
    streams.open(outgoing, who('mara'));
    for (let n = 0; n < 100; n += 1) streams.hear(hear('user:mara'));
    await turns();
    expect(written).toEqual(['retry: 5000\n\n', poke]);
    streams.hear(hear('user:mara'));
    await turns();
    expect(written.slice(2)).toEqual([poke]);
  });

  test('do not wait for one that does not read, and get it no second poke while the first waits', async () => {
    const streams = open();
    const [slow, quick] = [response(), response()];
    streams.open(slow.outgoing, who('mara'));
    streams.open(quick.outgoing, who('otto'));
    slow.isFull(64);
    for (let n = 0; n < 3; n += 1) {
      streams.hear(hear('ref'));
      await turns();
    }
    expect(slow.written.filter((text) => text === poke)).toEqual([]);
    expect(quick.written.filter((text) => text === poke)).toHaveLength(3);
  });

  test('beat every 25 s; whoever took nothing between two beats is cut off', async () => {
    const streams = open();
    const [slow, quick] = [response(), response()];
    streams.open(quick.outgoing, who('otto'));
    streams.open(slow.outgoing, who('mara'));
    slow.isFull(64);
    await turns(25_000);
    expect(quick.written).toEqual(['retry: 5000\n\n', ':\n\n']);
    expect(streams.count).toBe(2);
    await turns(25_000);
    expect(slow.written).toEqual(['retry: 5000\n\n', '<cut off>']);
    expect(streams.count).toBe(1);
  });

  test('that were left are forgotten, and nobody beats any more when all were', async () => {
    const streams = open();
    const { outgoing, written, leaves } = response();
    streams.open(outgoing, who('mara'));
    leaves();
    streams.hear(hear('user:mara'));
    await turns(60_000);
    expect([streams.count, vi.getTimerCount()]).toEqual([0, 0]);
    expect(written).toEqual(['retry: 5000\n\n']);
  });

  test('end when their session turns out to be over, told or not', async () => {
    const streams = open();
    const [told, untold] = [response(), response()];
    streams.open(told.outgoing, who('mara', 'a'));
    streams.open(untold.outgoing, who('otto', 'b'));
    await turns();
    dead = new Set(['a', 'b']);
    streams.hear({ touched: [], ended: ['mara'] });
    await turns();
    expect([told.written.at(-1), untold.written.at(-1)]).toEqual(['<end>', 'retry: 5000\n\n']);
    await turns(150_000);
    expect(untold.written.at(-1)).toBe('<end>');
  });

  test('end when their session ended between the door and the stream', async () => {
    const streams = open();
    dead = new Set(['mara']);
    const { outgoing, written } = response();
    streams.open(outgoing, who('mara'));
    await turns();
    expect(written.at(-1)).toBe('<end>');
  });

  test('end with their person’s right, as soon as the directory can be read again', async () => {
    const streams = open();
    const { outgoing, written } = response();
    streams.open(outgoing, who('mara'));
    await turns();
    const after = { ...person, disabled: true };
    known = withChanges(company, 2, [{ kind: 'person', key: 'mara', before: person, after }]);
    readsDirectory = () => Promise.reject(new Error('away'));
    streams.hear(hear('ref'));
    await turns();
    expect(written.at(-1)).toBe(poke);
    expect(warn).toHaveBeenCalled();
    readsDirectory = async () => known;
    await turns(1000);
    expect(written.at(-1)).toBe('<end>');
  });

  test('are all ended at the close, at once, and none is taken any more', async () => {
    const streams = open();
    const [slow, quick, late] = [response(), response(), response()];
    streams.open(slow.outgoing, who('mara'));
    streams.open(quick.outgoing, who('mara'));
    await turns();
    slow.isFull(10);
    streams.close();
    expect([slow.written.at(-1), quick.written.at(-1)]).toEqual(['<cut off>', '<end>']);
    expect(streams.open(late.outgoing, who('mara'))).toBe(false);
    expect(vi.getTimerCount()).toBe(0);
  });
});

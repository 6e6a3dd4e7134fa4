import { Readable } from 'node:stream';
import type { CommandMessage } from '@rung/protocol/command.ts';
import type { ExchangeLine, ExchangeRequest, Settlement } from '@rung/protocol/exchange.ts';
import type { Registered } from '@rung/protocol/device.ts';
import { foldVersion } from '@rung/domain/ticket/ticket.ts';
import type { Visitor } from './house.ts';

type Put = Extract<ExchangeLine, { t: 'put' }>;
type Row<Of extends Put['e']> = Extract<Put, { e: Of }>['d'];
type Held = { scopes: readonly string[]; v: number; round: number; d: Row<'ticket'> };

/**
 * A device that does what the protocol says in the plainest way, with nothing of the app's code: for tests of the server,
 * and to hold the app's own against.
 */
export type PlainDevice = {
  readonly id: string;
  readonly secret: string;
  /** Sends these and takes the answer, or its first `lines` lines when it is cut. */
  exchange(
    commands?: readonly CommandMessage[],
    cut?: {
      readonly lines?: number;
      readonly ids?: readonly number[];
      readonly now?: number;
      /** What happens between this portion and the next, counted from 1; it reads no more when this answers false. */
      readonly between?: (portions: number) => Promise<boolean | void>;
    },
  ): Promise<Exchanged>;
  /** What it holds now. */
  readonly tickets: ReadonlyMap<string, Held>;
  readonly events: ReadonlyMap<string, Row<'event'>>;
  readonly pages: ReadonlyMap<string, Row<'page'>>;
  readonly ref: ReadonlyMap<string, Row<'ref'>>;
  /** Ids of every ticket it was ever told anything of. */
  readonly toldOf: ReadonlySet<string>;
  cookie: string | null;
  last: number;
};

export type Exchanged = {
  readonly status: number;
  readonly lines: readonly ExchangeLine[];
  readonly results: readonly Settlement[];
  readonly problem: unknown;
};

/** How a device reaches its server. Portions: the lines that were read together, each one JSON. */
export type Talk = (request: ExchangeRequest) => Promise<{
  readonly status: number;
  readonly problem: unknown;
  readonly portions: AsyncIterable<readonly string[]>;
}>;

/** A device of whoever visits, that speaks HTTP. */
export async function plainDevice(visit: Visitor): Promise<PlainDevice> {
  const registered = await visit('/api/devices', { json: {} });
  if (!registered.ok) throw new Error(await registered.text());
  return deviceThat((await registered.json()) as Registered, overHttp(visit));
}

/** Asks over HTTP, as whoever visits. */
export function overHttp(visit: Visitor): Talk {
  return async (json) => {
    const answer = await visit('/api/sync', { json });
    const text = await answer.text();
    const { status, ok } = answer;
    const lines = text.trim() === '' ? [] : text.trim().split('\n');
    const portions = Readable.from(ok ? [lines] : []);
    return { status, problem: ok ? null : JSON.parse(text), portions };
  };
}

/** A device that reaches its server in this way. */
export function deviceThat(
  { device: id, secret }: Pick<Registered, 'device' | 'secret'>,
  talk: Talk,
): PlainDevice {
  const tickets = new Map<string, Held>();
  const events = new Map<string, Row<'event'>>();
  const pages = new Map<string, Row<'page'>>();
  const ref = new Map<string, Row<'ref'>>();
  const refRound = new Map<string, number>();
  const toldOf = new Set<string>();
  let round = 0;

  const device: PlainDevice & { cookie: string | null; last: number } = {
    id,
    secret,
    tickets,
    events,
    pages,
    ref,
    toldOf,
    cookie: null,
    last: 0,
    async exchange(
      commands = [],
      { lines: most = Infinity, ids, now = 1_000_000_000, between } = {},
    ) {
      const json = {
        protocol: 1,
        device: id,
        fold: foldVersion,
        now,
        cookie: device.cookie,
        pending: commands.length,
        commands: commands.map((command, n) => ({
          id: ids?.[n] ?? device.last + 1 + n,
          ...command,
        })),
      };
      const { status, problem, portions } = await talk(json);
      const lines: ExchangeLine[] = [];
      let read = 0;
      for await (const portion of portions) {
        lines.push(...portion.map((line) => JSON.parse(line) as ExchangeLine));
        read += 1;
        const isOver = lines.at(-1)?.t === 'end';
        if (!isOver && (await between?.(read)) === false) break;
      }
      lines.splice(most);
      take(lines);
      const results = lines.flatMap((line) => (line.t === 'result' ? [line] : []));
      return { status, lines, results, problem };
    },
  };
  return device;

  /** Rows count from one mark (or the end) to the next. */
  function take(lines: readonly ExchangeLine[]): void {
    let head: Extract<ExchangeLine, { t: 'head' }> | null = null;
    let portion: ExchangeLine[] = [];
    for (const line of lines) {
      portion.push(line);
      if (line.t === 'head') head = line;
      if (line.t !== 'mark' && line.t !== 'end') continue;
      for (const one of portion) takeLine(one, head);
      portion = [];
    }
  }

  function takeLine(line: ExchangeLine, head: Extract<ExchangeLine, { t: 'head' }> | null): void {
    switch (line.t) {
      case 'head':
        if (line.mode === 'snapshot' && !line.isResumed) round += 1;
        for (const [key, row] of tickets) leave(key, row, line.scopes.del);
        if (line.scopes.del.includes('ref')) ref.clear();
        return;
      case 'put':
        return put(line);
      case 'del': {
        toldOf.add(line.id);
        if (line.e === 'ref') return void ref.delete(line.id);
        const row = tickets.get(line.id);
        if (row !== undefined && row.v <= line.v) leave(line.id, row, line.s);
        return;
      }
      case 'mark':
        device.cookie = line.resume;
        return;
      case 'result':
        return;
      case 'end':
        device.cookie = line.cookie;
        device.last = line.last;
        if (head?.mode === 'snapshot') sweep();
    }
  }

  function put(line: Put): void {
    if (line.e === 'ref') {
      const key = `${line.d.kind}/${line.d.key}`;
      ref.set(key, line.d);
      refRound.set(key, round);
      return;
    }
    const ticket = line.e === 'ticket' ? line.d.id : line.d.ticket;
    toldOf.add(ticket);
    if (line.e === 'event') return void events.set(`${ticket} ${line.d.seq}`, line.d);
    if (line.e === 'page') return void pages.set(line.d.id, line.d);
    const before = tickets.get(ticket);
    if (before !== undefined && before.round === round && before.v > line.v) return;
    // Of another round the log may be another, too.
    if (before !== undefined && before.round !== round) dropChildren(ticket);
    tickets.set(ticket, { scopes: line.s, v: line.v, round, d: line.d });
    if (line.d.state['phase'] === 'closed') dropChildren(ticket);
  }

  function leave(id: string, row: Held, scopes: readonly string[]): void {
    const left = row.scopes.filter((scope) => !scopes.includes(scope));
    if (left.length > 0) return void tickets.set(id, { ...row, scopes: left });
    drop(id);
  }

  function drop(id: string): void {
    tickets.delete(id);
    dropChildren(id);
  }

  function dropChildren(id: string): void {
    for (const [key, event] of events) if (event.ticket === id) events.delete(key);
    for (const [key, page] of pages) if (page.ticket === id) pages.delete(key);
  }

  function sweep(): void {
    for (const [id, row] of tickets) if (row.round !== round) drop(id);
    for (const [key, at] of refRound) if (at !== round) ref.delete(key);
  }
}

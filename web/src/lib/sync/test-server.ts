/** A server for tests of this room: one person's commands by the real rules, in memory, told as the wire tells it. */

import type { TicketEvent } from '@rung/domain/ticket/events.ts';
import { foldVersion } from '@rung/domain/ticket/ticket.ts';
import type { ExchangeLine, ExchangeRequest, Settlement } from '@rung/protocol/exchange.ts';
import type { PageAnswer } from '@rung/protocol/push.ts';
import type { ProblemKind } from '@rung/protocol/problem-kinds.ts';
import { act, type Folded } from '@rung/sync/replay.ts';
import type { Command } from '@rung/domain/ticket/commands.ts';

type Stored = Folded & {
  readonly number: number;
  readonly v: number;
  readonly scopes: readonly string[];
  readonly events: readonly { readonly event: TicketEvent; readonly v: number }[];
};
type Device = { readonly settled: readonly Settlement[] };
type Memory = {
  ver: number;
  tickets: Map<string, Stored>;
  left: readonly { readonly id: string; readonly scope: string; readonly v: number }[];
  devices: Map<string, Device>;
  outcomes: Map<string, Settlement>;
};
type Cookie = { readonly epoch: string; readonly ver: number; readonly after: string | null };

export function testServer(person = 'mara', { rowsPerMark = 2 } = {}) {
  let memory: Memory = {
    ver: 0,
    tickets: new Map(),
    left: [],
    devices: new Map(),
    outcomes: new Map(),
  };
  let epoch = 'epoch-1';
  let devicesMade = 0;
  let scopes: readonly string[] = ['all'];
  let lostScopes: readonly string[] = [];
  let time = 5_000_000;
  /** Commands of this name it says no to, and why. */
  const refused = new Map<string, string>();

  function apply(by: string, uid: string, command: Command): Omit<Settlement, 'id'> {
    const known = memory.outcomes.get(uid);
    if (known !== undefined) return { uid, outcome: 'noop', code: known.code };
    const { ticket } = command.args;
    const stored = memory.tickets.get(ticket) ?? null;
    const pending = { uid, ticket, at: ++time, offset: null, command };
    // An answer to what is not here is let through by a device, not by a server.
    const no = refused.get(command.name);
    const done =
      no === undefined
        ? act(stored, pending, { person: by, company: null })
        : ({ ok: false, refusal: { kind: no } } as const);
    let settled: Omit<Settlement, 'id'>;
    if (!done.ok) settled = { uid, outcome: 'rejected', code: done.refusal.kind };
    else if (done.value.row === null)
      settled = { uid, outcome: 'rejected', code: 'unknown-ticket' };
    else {
      const v = ++memory.ver;
      memory.tickets.set(ticket, {
        ...done.value.row,
        v,
        number: stored?.number ?? memory.tickets.size + 1,
        scopes: stored?.scopes ?? ['all'],
        events: [...(stored?.events ?? []), ...done.value.events.map((event) => ({ event, v }))],
      });
      settled = { uid, outcome: 'applied', code: null };
    }
    memory.outcomes.set(uid, { id: 0, ...settled });
    return settled;
  }

  /** Whoever has the ticket has a page of it. */
  function answerPage(page: string, { uid, answer, seen }: PageAnswer): Response {
    const ticket = page.split('.')[0] ?? '';
    if (!memory.tickets.has(ticket)) return problem('not-found', 404);
    const command =
      answer === 'acknowledge'
        ? ({ name: 'acknowledge', args: { ticket, seen } } as const)
        : ({ name: 'decline', args: { ticket, page } } as const);
    return Response.json({
      ...(memory.outcomes.get(uid) ?? apply(person, uid, command)),
      ticket: null,
    });
  }

  function take(request: ExchangeRequest): Response {
    const device = memory.devices.get(request.device);
    if (device === undefined) return problem('forked', 409);
    const settled = [...device.settled];
    const results: Settlement[] = [];
    for (const { id, uid, name, args } of request.commands) {
      const known = settled[id - 1];
      if (id > settled.length + 1) return problem('gap', 409, { last: settled.length });
      if (known !== undefined && known.uid !== uid) return problem('forked', 409);
      const result = known ?? { id, ...apply(person, uid, { name, args } as unknown as Command) };
      settled[id - 1] = result;
      results.push(result);
    }
    memory.devices.set(request.device, { settled });
    return stream([
      ...rowsFor(request.cookie === null ? null : (JSON.parse(request.cookie) as Cookie)),
      ...results.map((result) => ({ t: 'result', ...result }) as const),
      {
        t: 'end',
        cookie: JSON.stringify({ epoch, ver: memory.ver, after: null }),
        last: settled.length,
      },
    ]);
  }

  function rowsFor(cookie: Cookie | null): readonly ExchangeLine[] {
    const { ver, tickets, left } = memory;
    const isDelta = cookie !== null && cookie.epoch === epoch && cookie.after === null;
    const isResumed = cookie !== null && cookie.epoch === epoch && cookie.after !== null;
    const from = isDelta ? cookie.ver : 0;
    const after = isResumed ? (cookie.after ?? '') : '';
    const mode = isDelta ? 'delta' : 'snapshot';
    const begins = !isDelta && !isResumed;
    // A snapshot names no scopes that are lost: the server does not know what the device has.
    const head = { add: begins ? [...scopes] : [], del: begins ? [] : [...lostScopes] };
    lostScopes = [];
    const all = [...tickets.values()]
      .map((ticket) => ({ ...ticket, scopes: ticket.scopes.filter((one) => scopes.includes(one)) }))
      .filter((ticket) => ticket.scopes.length > 0 && ticket.v > from);
    const toFill = all
      .filter(({ state }) => isDelta || state.id > after)
      .sort((one, other) => (isDelta ? one.v - other.v : one.state.id < other.state.id ? -1 : 1));
    // What was filled and changed since comes last: the end says that everything is there.
    const since = cookie?.ver ?? 0;
    const moved = isResumed ? all.filter(({ state, v }) => state.id <= after && v > since) : [];
    const filled = isResumed ? since : ver;
    const rows = toFill.flatMap((ticket, n): ExchangeLine[] => [
      ...linesOf(ticket, from),
      ...(n % rowsPerMark === rowsPerMark - 1
        ? [
            {
              t: 'mark' as const,
              resume: JSON.stringify(
                isDelta
                  ? { epoch, ver: ticket.v, after: null }
                  : { epoch, ver: filled, after: ticket.state.id },
              ),
            },
          ]
        : []),
    ]);
    rows.push(...moved.flatMap((ticket) => linesOf(ticket, from)));
    // Marks of leaving come first: a resumed delta may send them again.
    const dels = left.flatMap(({ id, scope, v }): ExchangeLine[] =>
      (isDelta || isResumed) && v > since && scopes.includes(scope)
        ? [{ t: 'del', e: 'ticket', id, s: [scope], v }]
        : [],
    );
    return [{ t: 'head', mode, isResumed, scopes: head, epoch, time }, ...dels, ...rows];
  }

  function linesOf({ state, seq, number, v, scopes: s, events }: Stored, from: number) {
    const lines: ExchangeLine[] = [
      {
        t: 'put',
        e: 'ticket',
        s: [...s],
        v,
        d: { id: state.id, number, seq, fold: foldVersion, state },
      },
    ];
    if (state.phase === 'closed') return lines;
    for (const { event, v: at } of events) {
      if (at > from) lines.push({ t: 'put', e: 'event', s: [], v: at, d: event });
    }
    return lines;
  }

  return {
    /** Answers like the real one. */
    answer(path: string, body: string): Response {
      if (path === '/api/devices') {
        const device = `device-${++devicesMade}`;
        memory.devices.set(device, { settled: [] });
        return Response.json({ device, secret: `secret of ${device}`, person, time });
      }
      if (path === '/api/sync') return take(JSON.parse(body) as ExchangeRequest);
      const page = /^\/api\/pages\/([^/]+)\/answer$/.exec(path)?.[1];
      if (page !== undefined) return answerPage(page, JSON.parse(body) as PageAnswer);
      return new Response(null, { status: path === '/api/sync/dropbox' ? 204 : 404 });
    },
    /** Somebody else does something. */
    does: (by: string, uid: string, command: Command) => apply(by, uid, command),
    /** What a device in step with it holds: ids with version and state. */
    shows: () =>
      [...memory.tickets.values()]
        .filter((ticket) => ticket.scopes.some((one) => scopes.includes(one)))
        .map(({ state, v, number }) => ({ id: state.id, v, number, state }))
        .sort((one, other) => (one.id < other.id ? 1 : -1)),
    tickets: () => memory.tickets,
    /** From now on. */
    refuses: (name: Command['name'], why: string) => refused.set(name, why),
    /** The bytes of a picture are here. */
    stores(id: string, file: string, hash: string): void {
      const ticket = memory.tickets.get(id);
      if (ticket === undefined) return;
      const v = ++memory.ver;
      const seq = ticket.seq + 1;
      const event = { ticket: id, seq, name: 'stored', args: { file, hash } } as TicketEvent;
      memory.tickets.set(id, { ...ticket, seq, v, events: [...ticket.events, { event, v }] });
    },
    /** It moves into another scope. */
    move(id: string, to: readonly string[]): void {
      const ticket = memory.tickets.get(id);
      if (ticket === undefined) return;
      const v = ++memory.ver;
      memory.tickets.set(id, { ...ticket, scopes: to, v });
      const gone = ticket.scopes.filter((scope) => !to.includes(scope));
      memory.left = [...memory.left, ...gone.map((scope) => ({ id, scope, v }))];
    },
    /** The person's scopes change. */
    scope(now: readonly string[]): void {
      lostScopes = scopes.filter((scope) => !now.includes(scope));
      scopes = now;
    },
    /** A copy of all it knows, to be restored later. */
    backup: () => structuredClone(memory),
    restore(copy: Memory, { isNoticed = true } = {}): void {
      memory = structuredClone(copy);
      if (isNoticed) epoch = `${epoch}+`;
    },
    forgetDevices: () => memory.devices.clear(),
    time: () => time,
    pass: (ms: number) => (time += ms),
  };
}

export function stream(lines: readonly ExchangeLine[]): Response {
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  return new Response(text, { headers: { 'Content-Type': 'application/x-ndjson' } });
}

export function problem(kind: ProblemKind, status: number, more: object = {}): Response {
  return Response.json({ type: '', title: '', status, kind, ...more }, { status });
}

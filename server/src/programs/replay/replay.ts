/** An incident log through the real command path, engine, routing and dispatch, on a real database, in virtual time (docs/replay.md). */

import { must } from '@rung/domain/base/must.ts';
import { accept, refuse, type Result } from '@rung/domain/base/result.ts';
import type { Instant } from '@rung/domain/base/time.ts';
import type { DirectoryDocument } from '@rung/domain/directory/document-of.ts';
import type { Draft } from '@rung/domain/directory/draft.ts';
import type { Issue } from '@rung/domain/directory/issue.ts';
import type { Ticket } from '@rung/domain/ticket/ticket.ts';
import { parseDirectory } from '@rung/protocol/directory/parse.ts';
import { planDraft } from '../../apply/plan-draft.ts';
import { ticketsById, toTicketRow } from '../../db/tickets.ts';
import type { Transports } from '../../dispatch/transport.ts';
import type { Log } from '../../log.ts';
import type { openBare } from './bare.ts';
import { meaningOf, type Unmapped } from './commands.ts';
import { type Driven, type OnCommit, openDriven, setClock, type Source } from './driven.ts';
import { idOf } from './ids.ts';
import type { Row } from './incident-log.ts';
import { openPace, openTally, sum } from './tally.ts';

/** The one kind of contact method: what is sent by it is displayed at once. */
const screen = 'screen';

export type Replayed = {
  readonly incidents: number;
  readonly rows: number;
  readonly commands: number;
  readonly applied: number;
  /** It was so already. */
  readonly noop: number;
  /** By reason. */
  readonly rejected: Readonly<Record<string, number>>;
  readonly unmapped: Readonly<Record<Unmapped, number>>;
  readonly progressRows: number;
  readonly reopened: number;
  readonly linked: number;
  /** Durable commits, by what made them. */
  readonly transactions: Readonly<Record<Source, number>>;
  /** Messages that reached somebody's screen. */
  readonly displayed: number;
  /** The replay alone: without reading the log, setting up the company, and the bare loop. */
  readonly wallMs: number;
  /** Durable commits per second, by quarters of the rows. */
  readonly pace: readonly number[];
  readonly bareMs: number | null;
  readonly endAt: Instant;
};

type Asked = {
  /** In the order in which they were written. At least one. */
  readonly rows: readonly Row[];
  readonly company: DirectoryDocument;
  /** An empty database. */
  readonly databaseUrl: URL;
  readonly log: Log;
  /** Closes and reopens server and database after so many rows; null = never. */
  readonly restartEvery: number | null;
  readonly bare: Awaited<ReturnType<typeof openBare>> | null;
  /** Called after each row, with how many are done. */
  readonly onRow: (done: number) => void;
};

/** How many commits the bare loop does at once, in turn with the replay. */
const bareAtOnce = 1000;

/** Does it, and answers what it did and the server, still open, for whoever reads what is stored. */
export async function replay({
  rows,
  company,
  databaseUrl,
  log,
  restartEvery,
  bare,
  onRow,
}: Asked): Promise<Result<{ readonly did: Replayed; readonly server: Driven }, readonly Issue[]>> {
  const parsed = parseDirectory(company);
  if (!parsed.ok) return parsed;
  const first = must(rows[0], 'a log to replay has a row');
  const clock = setClock(first.at);
  const tally = openTally();
  const transports: Transports = new Map([
    [
      screen,
      {
        async send() {
          tally.displayed += 1;
          return { kind: 'displayed' };
        },
      },
    ],
  ]);
  const onCommit: OnCommit = (source, statements) => {
    tally.transactions[source] += 1;
    bare?.add(statements);
  };
  const open = () => openDriven({ databaseUrl, clock, transports, log, onCommit });
  let server = await open();
  const issues = await setUp(server, parsed.value);
  if (issues.length > 0) {
    await server.close();
    return refuse(issues);
  }
  await bare?.run();
  tally.transactions = { commands: 0, engine: 0, dispatch: 0 };

  const incidents = new Map<string, { readonly ticket: string; readonly before: Row }>();
  async function write(row: Row): Promise<void> {
    const known = incidents.get(row.number) ?? null;
    const stands = known === null ? null : await ticketNow(server, known.ticket);
    const fresh = idOf(row.at, row.number, row.line);
    const meaning = meaningOf(row, known?.before ?? null, stands, fresh);
    const settled = await Promise.all(
      meaning.said.map(({ command, person, at }, n) =>
        server.writer.command({
          uid: idOf(row.at, row.number, row.line, n),
          claim: { wall: at, offsetBefore: null, offsetAfter: 0 },
          person,
          command,
        }),
      ),
    );
    const isBegun = meaning.begins !== null && settled[0]?.outcome === 'applied';
    tally.row(meaning, settled);
    const ticket = isBegun ? fresh : known?.ticket;
    if (ticket !== undefined) incidents.set(row.number, { ticket, before: row });
  }

  const pace = openPace(() => sum(tally.transactions));
  const quarter = Math.ceil(rows.length / 4);
  let bareMs = 0;
  const runBare = async (): Promise<void> => {
    if (bare === null) return;
    pace.pause();
    bareMs += await bare.run();
    pace.goOn();
  };
  for (const [n, row] of rows.entries()) {
    // At equal instants the row goes before the deadlines.
    await server.passTime(row.at);
    clock.set(row.at);
    await write(row);
    if (restartEvery !== null && (n + 1) % restartEvery === 0) {
      await server.close();
      server = await open();
    }
    if ((bare?.waits ?? 0) >= bareAtOnce) await runBare();
    if ((n + 1) % quarter === 0) pace.mark();
    onRow(n + 1);
  }
  const endAt = must(rows.at(-1), 'a last row').at;
  await server.passTime(endAt + 1);
  await runBare();
  pace.mark();

  return accept({
    did: {
      ...tally.counts(),
      incidents: incidents.size,
      rows: rows.length,
      wallMs: pace.ms(),
      pace: pace.marks().slice(0, 4),
      bareMs: bare === null ? null : bareMs,
      endAt,
    },
    server,
  });
}

async function ticketNow({ db }: Driven, id: string): Promise<Ticket> {
  const [row] = await db.look(ticketsById(db, [id]));
  return toTicketRow(must(row, `no ticket ${id}`)).ticket;
}

/** The company, and a screen for everybody in it. Answers what is wrong with the company. */
async function setUp({ writer, directory }: Driven, company: Draft): Promise<readonly Issue[]> {
  const planned = await writer.editDirectory('operator', (world) => {
    const plan = planDraft(world, company, false);
    return { changes: plan.ok ? plan.value.changes : [], answer: plan };
  });
  if (!planned.ok) return planned.refusal;
  const people = [...(await directory.fresh()).person.keys()];
  await Promise.all(
    people.map((person) =>
      writer.addContactMethod({
        id: person,
        person,
        kind: screen,
        address: person,
        brokenAt: null,
      }),
    ),
  );
  return [];
}

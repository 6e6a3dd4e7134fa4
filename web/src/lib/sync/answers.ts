/**
 * The answer to a page from where it was shown, with the app closed and the session perhaps over.
 *
 *   kept (outbox; else beside the secret) ─▶ exchange ─▶ settled? ──no──▶ the page's own door ─▶ settled? ──no──▶ it stays kept
 *                                                                               ╰──a no for good──▶ its person is told
 *
 * 1. The uid is the same on every way and at every try: it counts once.
 * 2. Nobody is told that he has it before the server said so.
 * 3. What the door took stays in the outbox until an exchange settled its id, and counts there as sent.
 */

import { toPages } from '@rung/sync/to-pages.ts';
import type { Engine } from '../local/database.ts';
import { Local } from '../local/local.ts';
import { changePager, readPager, type KeptAnswer, type Pager } from '../local/pager.ts';
import type { Pending, Problem } from '../local/rows.ts';
import {
  byDoor,
  joined,
  nothing,
  ofDevice,
  type Ruling,
  type Sent,
  unseen,
  wayMs,
} from './answers-door.ts';
import { exchange, type World } from './exchange.ts';
import { late, wellInTime } from './in-time.ts';
import { mutate } from './mutate.ts';
import { rederive } from './rederive.ts';

/** An old tab may keep the store from opening for ever, ms. */
export const openMs = 2000;
export type Answered =
  | ({ readonly kind: 'settled' } & Ruling)
  /** It waits here. */
  | { readonly kind: 'kept' }
  /** The server will not have it from here, whatever happens: it knows this device or this page no more. */
  | { readonly kind: 'refused' }
  /** It could be neither sent nor kept. */
  | { readonly kind: 'lost' }
  /** Its person is not signed in here any more. */
  | { readonly kind: 'stranger' };

/** Answers a page in about ten seconds, or keeps the answer. `whenKept`: before it is sent. */
export async function answerPage(
  person: string,
  asked: KeptAnswer,
  world: World,
  whenKept: () => Promise<void>,
  engine?: Engine,
): Promise<Answered> {
  const found = await readPager(person, engine);
  if (found.kind === 'open' && found.pager === null) return { kind: 'stranger' };
  const pager = found.kind === 'open' ? found.pager : null;
  const local = new Local(person, engine);
  try {
    const isOpen = await keep(local, asked, world);
    const isKept = isOpen || (await keepBeside(person, asked, engine));
    await whenKept();
    const sending = sendAll(isOpen ? local : null, pager, [asked], world, engine);
    const sent = await wellInTime(sending, openMs + 2 * wayMs, world.later);
    const ruling = sent === late ? undefined : sent.rulings.get(asked.uid);
    if (ruling !== undefined) return { kind: 'settled', ...ruling };
    if (sent !== late && sent.refused.has(asked.uid)) return { kind: 'refused' };
    return { kind: isKept ? 'kept' : 'lost' };
  } finally {
    local.close();
  }
}

/**
 * Tries again what was answered here and is not known to have arrived, `asked` too, wherever it was kept; answers what
 * became of it. null = its person is not signed in here any more.
 */
export async function retryAnswers(
  person: string,
  asked: readonly KeptAnswer[],
  world: World,
  engine?: Engine,
): Promise<Sent | null> {
  const found = await readPager(person, engine);
  if (found.kind !== 'open') return { ...nothing, left: Math.max(1, asked.length) };
  if (found.pager === null) return null;
  const local = new Local(person, engine);
  try {
    const opened = await wellInTime(
      local.read((reading) => reading.standing()),
      openMs,
      world.later,
    );
    return await sendAll(opened === late ? null : local, found.pager, asked, world, engine);
  } finally {
    local.close();
  }
}

/**
 * Answers that wait in the outbox go by the doors of their pages, all at once: where an exchange is refused, because the
 * session ended, the device's secret still counts. Answers how many are left.
 */
export async function answerByDoors(local: Local, world: World): Promise<number> {
  return (await sendByDoors(local, world)).left;
}

async function sendByDoors(local: Local, world: World): Promise<Sent> {
  const waiting = toPages(await local.read((reading) => reading.outbox()));
  const found = waiting.length === 0 ? null : await readPager(local.person, local.engine);
  const pager = found?.kind === 'open' ? found.pager : null;
  if (pager === null) return { ...nothing, left: waiting.length };
  const said = await Promise.all(
    waiting.map(async ({ pending, page }) => {
      const { uid, offset, at, ticket, command } = pending;
      // A decline is the page's alone: whatever was seen.
      const isAck = command.name === 'acknowledge';
      const seen = isAck ? command.args.seen : ({ generation: 1, severity: 'S4' } as const);
      const answer = isAck ? ('acknowledge' as const) : ('decline' as const);
      const said = await byDoor(pager, { uid, ticket, page, answer, seen, at }, offset, world);
      const ruling = said.rulings.get(uid);
      // A full disk cannot note it: then it is said again, which is harmless.
      if (ruling !== undefined) await noteAnswered(local, uid, ruling, world).catch(() => {});
      return said;
    }),
  );
  return joined(said);
}

/** `local` null = it does not open, or takes nothing. */
async function sendAll(
  local: Local | null,
  pager: Pager | null,
  asked: readonly KeptAnswer[],
  world: World,
  engine: Engine | undefined,
): Promise<Sent> {
  const beside = pager?.answers ?? [];
  const all = [...new Map([...beside, ...asked].map((one) => [one.uid, one])).values()];
  const homeless: KeptAnswer[] = [];
  for (const one of all) {
    if (local === null || !(await keep(local, one, world))) homeless.push(one);
    else if (beside.some(({ uid }) => uid === one.uid)) {
      await drop(local.person, [one.uid], engine);
    }
  }
  const uids = all.map(({ uid }) => uid);
  const fromOutbox = async () =>
    local === null ? unseen : sendOutbox(local, uids, world).catch(() => unseen);
  const fromBeside = async () =>
    pager === null
      ? { ...nothing, left: homeless.length }
      : sendBeside(pager, homeless, world, engine);
  return joined(await Promise.all([fromOutbox(), fromBeside()]));
}

/** By an exchange, then by the doors; with what is known of `uids`. */
async function sendOutbox(local: Local, uids: readonly string[], world: World): Promise<Sent> {
  const waiting = toPages(await local.read((reading) => reading.outbox()));
  if (waiting.length > 0) await exchangeFor(wayMs, local, world);
  const byDoors = await sendByDoors(local, world);
  const mine = waiting.map(({ pending }) => pending.uid);
  const known = await knownHere(local, [...new Set([...uids, ...mine])]);
  return joined([known, byDoors]);
}

/** What no outbox took, by the doors of their pages. */
async function sendBeside(
  pager: Pager,
  answers: readonly KeptAnswer[],
  world: World,
  engine: Engine | undefined,
): Promise<Sent> {
  const said = await Promise.all(answers.map((asked) => byDoor(pager, asked, null, world)));
  const sent = joined(said);
  const ofPage = [...sent.refused].filter(([, code]) => !ofDevice.includes(code));
  const over = [...sent.rulings.keys(), ...ofPage.map(([uid]) => uid)];
  if (over.length > 0) await drop(pager.person, over, engine);
  return sent;
}

/** Whether it waits in the outbox now, or was settled already. */
async function keep(local: Local, asked: KeptAnswer, world: World): Promise<boolean> {
  const { ticket, seen, at, uid, page } = asked;
  const command = { name: 'acknowledge', args: { ticket, seen } } as const;
  const doing = mutate(local, command, { now: at, uid, page });
  const done = await wellInTime(doing, openMs, world.later);
  return done !== late;
}

/** Exchanges until nothing waits any more, something is in the way, or the time is over. */
async function exchangeFor(ms: number, local: Local, world: World): Promise<void> {
  const ends = new AbortController();
  const limited: World = {
    ...world,
    fetch: (path, init) =>
      world.fetch(path, {
        ...init,
        signal: firstOf(init.signal ? [init.signal, ends.signal] : [ends.signal]),
      }),
  };
  const rounds = async (): Promise<void> => {
    while (!ends.signal.aborted) {
      const answer = await exchange(local, limited);
      if (answer.kind !== 'more' || !answer.isMoving) return;
    }
  };
  await wellInTime(rounds(), ms, world.later);
  ends.abort();
}

/** Ends with the first of them. */
function firstOf(signals: readonly AbortSignal[]): AbortSignal {
  const first = new AbortController();
  for (const signal of signals) {
    const end = (): void => first.abort(signal.reason);
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { signal: first.signal });
  }
  return first.signal;
}

/** What it says no with stands among the problems at once: the exchange that will say it again may be days away. */
function noteAnswered(
  local: Local,
  uid: string,
  { outcome, code }: Ruling,
  { now }: World,
): Promise<void> {
  return local.apply(async (writing) => {
    const pending = await writing.pendingOf(uid);
    if (pending === undefined) return;
    const isRefused = outcome === 'rejected' || outcome === 'quarantined';
    const answered: Pending = { ...pending, answered: { outcome, code } };
    await writing.outbox.put([isRefused ? { ...answered, wasRefused: true } : answered]);
    if (isRefused) {
      const { ticket, at, command } = pending;
      const refused = { outcome, code, refusedAt: now(), dependants: [] } as const;
      const problem: Problem = { uid, ticket, at, command, ...refused };
      await writing.problem.put([problem]);
    }
    await rederive(writing, local.person);
  });
}

/** As far as it stands here. What its person took back is as good as refused. */
function knownHere(local: Local, uids: readonly string[]): Promise<Sent> {
  return local.read(async (reading) => {
    const waiting = new Map((await reading.outbox()).map((pending) => [pending.uid, pending]));
    const rulings = new Map<string, Ruling>();
    const refused = new Map<string, string>();
    for (const uid of uids) {
      const settled = await reading.settled(uid);
      const said = settled ?? waiting.get(uid)?.answered;
      if ((settled ?? waiting.get(uid))?.isWithdrawn === true) refused.set(uid, 'withdrawn');
      else if (said !== undefined) rulings.set(uid, { outcome: said.outcome, code: said.code });
    }
    return { rulings, refused, left: 0 };
  });
}

function keepBeside(person: string, asked: KeptAnswer, engine: Engine | undefined) {
  const isOther = ({ uid }: KeptAnswer): boolean => uid !== asked.uid;
  return change(person, (all) => [...all.filter(isOther), asked], engine);
}

function drop(person: string, uids: readonly string[], engine: Engine | undefined) {
  return change(person, (all) => all.filter(({ uid }) => !uids.includes(uid)), engine);
}

async function change(
  person: string,
  next: (answers: readonly KeptAnswer[]) => readonly KeptAnswer[],
  engine: Engine | undefined,
): Promise<boolean> {
  let isThere = false;
  const isDone = await changePager(
    person,
    (pager) => {
      isThere = pager !== null;
      return pager && { ...pager, answers: next(pager.answers) };
    },
    engine,
  );
  return isDone && isThere;
}

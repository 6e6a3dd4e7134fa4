import type { Message } from '@rung/domain/paging/message.ts';
import { fallbackUnproven } from '@rung/domain/paging/pager-messages.ts';
import { type ContactMethod, notify, pageDueAt } from '@rung/domain/paging/notification.ts';
import { contactMethodsOf } from '../db/contact-methods.ts';
import type { Database, Transaction } from '../db/open.ts';
import type { Effect, World } from './world.ts';

/** Adds the notifications that the messages begin with, once everything is computed and it is known who is told. */
export async function tell(
  tx: Transaction,
  db: Database,
  world: World,
  effect: Effect,
): Promise<Effect> {
  const wanted = effect.messages.filter((message) => isWanted(message, world));
  if (wanted.length === 0) return effect;
  const methods = new Map<string, readonly ContactMethod[]>();
  await look(wanted);
  const besides = wanted
    .filter((message) => isToFallback(message, effect, world))
    .flatMap((page) =>
      fallbackUnproven(page, methods.get(page.person) ?? [], world.directory, world.now),
    )
    // Who is paged himself needs no telling.
    .filter(
      (news) =>
        !wanted.some(({ person, ticket }) => person === news.person && ticket === news.ticket),
    );
  await look(besides);
  const messages = [...wanted, ...besides];
  const told = messages.map((message) => {
    return { message, sent: notify(message, methods.get(message.person) ?? [], world.now) };
  });
  const dues = told.flatMap(({ message, sent }) => {
    if (message.id !== message.page) return [];
    const dueAt = pageDueAt(message, sent, world.now, null);
    return dueAt === null ? [] : [{ kind: 'page' as const, id: message.id, dueAt }];
  });
  return {
    ...effect,
    notifications: [...effect.notifications, ...told.flatMap(({ sent }) => sent)],
    dues: [...effect.dues, ...dues],
  };

  /** The contact methods of whom these are for, as the group leaves them: one that just broke is not told that it did. */
  async function look(some: readonly Message[]): Promise<void> {
    const people = [...new Set(some.map(({ person }) => person))].filter(
      (key) => !methods.has(key),
    );
    if (people.length === 0) return;
    const removed = new Set(effect.removedMethods);
    const left = (await tx.all(contactMethodsOf(db, people)))
      .filter(({ id }) => !removed.has(id))
      .map((method) => world.methods.get(method.id) ?? method);
    const found = Map.groupBy(left, ({ person }) => person);
    for (const key of people) methods.set(key, found.get(key) ?? []);
  }
}

/** Its run is exhausted, and it pages whom the policy falls back on. */
function isToFallback(
  { says, ticket: id, person }: Message,
  { tickets }: Effect,
  { directory }: World,
): boolean {
  const ticket = tickets.find((kept) => kept.ticket.id === id)?.ticket;
  if (says !== 'page' || ticket?.run?.state !== 'exhausted') return false;
  return directory['policy-version'].get(ticket.policyVersion ?? '')?.fallback === person;
}

/** A page that was answered or replaced later in the same group is nobody's to be woken by. */
function isWanted({ id, page }: Message, { pages }: World): boolean {
  return id !== page || pages.get(page)?.state === 'pending';
}
